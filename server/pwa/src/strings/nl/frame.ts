// Rond elk scherm: de deuren onderin, het netwerk, hoe lang iets openstaat.
export const frame = {
  "app.loading": "Even wakker worden",

  "nav.label": "Onderdelen",
  "nav.today": "Vandaag",
  "nav.challenge": "Challenge",
  "nav.trends": "Trends",
  "nav.help": "Hulp",
  "nav.settings": "Instellingen",
  "nav.back": "Terug",
  "nav.team": "Team",

  "net.offline": "Geen internet. Alles werkt, je antwoorden blijven op je telefoon tot het weer kan.",
  "net.waiting.one": "1 antwoord wacht op deze telefoon",
  "net.waiting.many": "{n} antwoorden wachten op deze telefoon",
  "net.signedout": "Deze telefoon is afgemeld. Je antwoorden zijn veilig; meld je aan met je herstelcode.",
  "net.signin": "Aanmelden",

  "left.minute": "nog een minuutje",
  "left.minutes": "nog {n} minuten",
  "left.hour": "nog {n} uur",
  "left.hours": "nog {n} uur",

  "storage.title": "Deze browser bewaart niets",
  "storage.body": "Kiem bewaart je antwoorden eerst op je telefoon, en dat mag hier niet. Gebruik je een privévenster, open Kiem dan in een gewoon venster. Of sta cookies en sitegegevens toe.",
} as const;

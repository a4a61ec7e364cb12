// Around every screen: the doors below, the network, how long something stays open.
import type { frame as twin } from "../nl/frame";

export const frame: Readonly<Record<keyof typeof twin, string>> = {
  "app.loading": "Just waking up",

  "nav.label": "Parts of the app",
  "nav.today": "Today",
  "nav.challenge": "Challenge",
  "nav.trends": "Trends",
  "nav.help": "Help",
  "nav.settings": "Settings",
  "nav.back": "Back",
  "nav.team": "Team",

  "net.offline": "No internet. Everything works; your answers stay on your phone until it is back.",
  "net.waiting.one": "1 answer is waiting on this phone",
  "net.waiting.many": "{n} answers are waiting on this phone",
  "net.signedout": "This phone is signed out. Your answers are safe; sign in with your recovery code.",
  "net.signin": "Sign in",

  "left.minute": "about a minute left",
  "left.minutes": "{n} minutes left",
  "left.hour": "{n} hour left",
  "left.hours": "{n} hours left",

  "storage.title": "This browser keeps nothing",
  "storage.body": "Kiem keeps your answers on your phone first, and that is not allowed here. In a private window? Open Kiem in an ordinary one. Or allow cookies and site data.",
};

// Somebody to talk to.
import type { help as twin } from "../nl/help";

export const help: Readonly<Record<keyof typeof twin, string>> = {
  "help.title": "Want to talk?",
  "help.nobody": "Nobody watches your answers live. If you want somebody to know, tell them yourself: someone you trust, or here.",
  "help.watched": "Your answers are not read live. You did agree that somebody of the study gets a sign, in working hours, when things seem very heavy for a while. Do not wait for that: you can talk now, to somebody you trust, or here.",
  "help.danger": "Danger right now? Call {number}",
  "help.call": "Call {number}",
  "help.chat": "Chat",
  "help.site": "To the site",
  "help.foryou": "suits your age",
  "help.checked": "Checked on {date}.",
  "help.text": "Hard to begin? Send this to somebody",
  "help.text.words": "Hey, there is something on my mind. Do you have time to talk today? You do not have to fix anything, just listen.",
  "help.text.send": "Share",
  "help.text.copied": "Copied",
  "help.text.copy": "Copy",
  "help.unchecked": "Details of {date}; nobody has checked them by phone yet.",
  "help.sms": "Text {number}",
  "help.mail": "Mail",
  "help.contact": "Somebody of the study",
  "help.contact.what": "For questions about Kiem or taking part. This person does not see your answers.",

  "card.help": "Who can I talk to?",
  "card.words": "Hard to begin? Send this to somebody:",
  "card.close": "Put it away",
};

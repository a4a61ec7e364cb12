// The end: the study is over, or somebody stops.
import type { leaving as twin } from "../nl/leaving";

export const leaving: Readonly<Record<keyof typeof twin, string>> = {
  "bye.stopped": "You have stopped. Thank you!",
  "bye.stopped.body": "Since {date} you get no more questions and no more notifications. There is nothing you need to do.",
  "bye.stopped.answers": "What you filled in is kept, but it goes into no new files for researchers. You can always look at it, download it, or have everything erased.",
  "bye.over": "You made it!",
  "bye.over.body": "That was {days} days. There are no more questions and no more notifications. Thank you!",
  "bye.over.answers": "Researchers learn from what you filled in. They see a code, not who you are. Your diary stays right here for you.",
  "bye.look": "Look at my days",
  "bye.download": "Download",
  "bye.erase": "Erase all",
  "bye.help": "Do you want to talk to somebody? Have a look at",
  "bye.challenge": "No more challenges",
  "bye.challenge.stopped": "You have stopped taking part. What you did stays yours.",
  "bye.challenge.over": "Your days are over. What you did stays yours.",
  "bye.team": "Your tree grows on",
  "bye.team.over": "Your days are over. What you made grow stays in the tree. Thank you!",
  "bye.team.body": "You are no longer in the team. What you made grow stays in the tree. Nobody sees why you stopped. Thank you!",

  "stop.title": "Stop taking part",
  "stop.body": "You may always stop, without explaining. First read what happens then.",
  "stop.only": "Just stop",
  "stop.erase": "Stop and erase everything",
  "stop.stop.yes": "Yes, I stop",
  "stop.erase.yes": "Yes, erase everything about me",
  "stop.no": "No, keep it",
  "stop.stopped": "You stopped on {date}. Thank you for what you did.",
  "stop.unreachable": "No connection. Stopping works when there is internet; until then there is nothing you need to fill in.",
  "stop.gone": "Everything about you is erased",
  "stop.gone.body": "This is your receipt number. Write it down or take a picture if you want to keep it.",
  "stop.gone.end": "Done",
};

"""What we ask, when we ask it, and what an answer means: content in YAML and pure rules.

Nothing in this package knows a database, a request, a clock or chance of its own. Time and seeds are arguments, so a
day can be planned again, a questionnaire drawn again and an answer scored again, and give the same.

**What we ask.** A questionnaire is an `Instrument` (`instruments`): blocks of items, in Dutch and English, read from
`questionnaires/<id>.<version>.yaml` (`instrument_files`, `measure_files`). Look at one with
`./run content show momentary.1` (`outline`); `./run content check` names every mistake in every file as
`file:line: field: message` (`catalogue`, `yaml_reader`).

    instrument = load_instruments()["momentary.1"]
    presented = present(instrument, seed=7)              # presentation: which items, in which order, for this beep
    checked = check(instrument, presented, body)         # answers: clean answers, or every problem at once
    scores = measures(instrument, checked.answers)       # scoring: {"mood": 75.0, ...}; units and ranges in MEASURES

`conditions` says when an item is asked. The phone has the same rules, and `condition_vectors.json` is a test of both.
`sleep` knows what can be true of a night.

**When we ask.** A `Protocol` (`protocols`, `protocols/*.yaml`) says how many days, at which moments and with which
instruments; a participant's own day is a `Rhythm` (`rhythm`); `sampling` draws the moments of one day.

**A released file is never edited.** Diaries refer to the version they answered, so a change is a new file with a new
version. To change a questionnaire:

1. copy `momentary.1.yaml` to `momentary.2.yaml`, set `version: 2` and make the change;
2. raise `scoring_version` if a rule under `measures:` changed;
3. `./run content check`, then look at it with `./run content show momentary.2 --language nl`;
4. when it may go out, let `fingerprints.release(catalogue.QUESTIONNAIRES)` add it to FINGERPRINTS; from then on it
   stands, and `./run content check` says so if somebody edits it. Protocols likewise: `release(catalogue.PROTOCOLS)`.

A measure needs a line in `measures.MEASURES` before an instrument can give it. The questionnaires in our own wording
have not been validated; each item names the construct it is after and where the idea comes from.
"""

"""The daily challenge: what it is, which one is fair today, and the starter collection in Dutch and English.

Pure: this package knows no clock, no chance of its own, no database and no questionnaire. Read in this order:

- ``strategies``  the ten coping strategies, with the words and the look of their cards
- ``rules``       ``Challenge``; who may get it and when; ``draw()``, fair over strategies and without near repeats
- ``authoring``   what a well-formed challenge is: every problem at once, for a file, a form or a spreadsheet
- ``nudges``      friendly doubts about a well-formed challenge (heat without a safety note, a promise, shouting)
- ``library``     YAML files to challenges and back; ``load_starter()``
- ``table``       challenges as spreadsheet rows and CSV, out and in
- ``release``     fingerprints: what participants were shown is never edited, only replaced by a new version
- ``card``        a challenge as a text picture, for authors in the terminal

For authors: ``python -m challenges check``, ``python -m challenges show compliment.1 nl``.
"""

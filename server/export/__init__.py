"""Export: a study's diaries as a bundle that a reviewer and a privacy officer can trust.

``./run export STUDY --profile research --rank birth_year,language --out bundle.zip --reason "..."``

How a bundle comes about, and where:

1. `people`      who is in it: finished, not left, consent complete; the others are counted by reason.
2. `plan`        how: the profile (`profiles`), the finest demographics that leave everybody among k (`kanonymity`, not
                 finer than in earlier exports of the study, `register`), a fresh key's ids (`pseudonyms`).
3. `ledger`      every planned beep with what became of it, in whole diaries, in the order of the new ids.
4. `rows`        de-identified column by column: day numbers for dates, codes for what is missing, flags for haste.
5. `spool`       rare categories become "other" when everybody has been seen; derived variables on request.
6. `assembly`    the files: `formats` (CSV, Parquet, SPSS), `openesm`, `codebook`, `datapackage`, `scripts`,
                 `compliance`, `documents`, `danger` (what the risk report rests on), manifest and sums.
7. `bundle`      one zip, the same bytes for the same parameters and key.
8. `service`     the register: who asked, why, who is in it, its hash; the key until withdrawal is no longer possible.

The profile ``aggregate`` leaves rows at home: `aggregate` counts and averages, `tables` hides what is small, and
`aggregate_files` writes the papers. Who may have an export, and when: `asking` (and the second person), `forecast`
(what survives, seen before), `running` (a lease, progress, the same bytes after a crash), `workplace` (parts that are
whole, kept for whoever goes on), `rounds` (the worker's part:
what waits, what somebody withdrew from, files whose time is over), `links`. That times were drawn: `proof`, with
`planned_days` from the database or `proof_file` from a file. What needs no polars imports none: a web process lacks it.

Missing codes are one block for all items: -97 not shown, -98 shown without an answer, -99 no entry (`columns`). Times
are those of the beep's own wall clock and its one offset, so that no clock change shows.

Whoever left the study, or whose consent is not complete any more, is in no new export, with nothing. Within the
withdrawal window an export that left already is made again without her, by itself; after it its key is gone.
A participant whose study still runs is not in an export either: where a diary stops tells the date.

A participant's own data, true times and all, are not a bundle: `server.rights` hands them over.
"""

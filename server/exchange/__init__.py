"""Exchange: recorded ESM data of others, read with a mapping and told row by row what became of it.

`mapping` says how a file's columns are meant, `recorded` reads its rows, `fitting` lays them on a protocol (all three
pure), `service` stores them through the same checks as live answers.
"""

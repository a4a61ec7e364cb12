"""Run by Python of another environment, in which pycanon is installed: its k, l and t of a table on standard input.

JSON in: {"rows": [{name: label}], "open": [names], "sensitive": [names]}; JSON out: {"k", "l", "t"}. pycanon leaves out
rows with missing values and needs an index without gaps, so labels must all be text.
"""

import json
import sys

if __name__ == "__main__":
    import pandas
    from pycanon import anonymity

    asked = json.load(sys.stdin)
    table = pandas.DataFrame(asked["rows"]).reset_index(drop=True)
    json.dump(
        {
            "k": int(anonymity.k_anonymity(table, asked["open"])),
            "l": int(anonymity.l_diversity(table, asked["open"], asked["sensitive"])),
            "t": float(anonymity.t_closeness(table, asked["open"], asked["sensitive"])),
        },
        sys.stdout,
    )

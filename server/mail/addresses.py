"""What is a mail address here: a plain one, as people have them.

RFC 5322 allows much more (quotes, spaces, comments, numbers of machines), which nobody's parent has, but who types mail
headers into a field does: lines end in mail where Unicode says so, not only at a line feed.
"""

import re

LONGEST = 254
_NAME = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[^\W_](?:[^\W_]|-){0,62}(?<!-)"  # letters of any language: münchen.example
_LAST = rf"(?:[^\W\d_]{{2,63}}|xn--{_LABEL})"
MAIL = re.compile(rf"(?=.{{3,{LONGEST}}}\Z)(?=.{{1,64}}@){_NAME}(?:\.{_NAME})*@(?:{_LABEL}\.)+{_LAST}")

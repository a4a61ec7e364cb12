"""The shell around the pure core: rows, HTTP, push, processes and screens.

One folder per station of a beep's journey, in this order (a station looks back along it, never forward):
studies, people, coordination, planning, delivery and diary, trends and exchange. See docs/architecture.md.
"""

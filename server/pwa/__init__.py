"""The young people's app: TypeScript in ``src/``, built into ``dist/`` (not in git), served from here."""

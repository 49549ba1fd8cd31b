"""The shared vocabulary: entries, folding, SOP clocks, signing, wire format, errors.

Standard library only and no I/O. The very same functions run on the phone (server truth
plus unsent entries) and on the server, so the two cannot disagree about what an entry means.
"""

"""Measures the embedded painter on held-out prompts: `python -m training.storybook.evaluation`.

- wanted.py: what a prompt asks for, as values; prompts.py: held-out prompts; pools.py: their nouns
- painting.py: prompt → picture, through the program or as its draft
- recogniser.py: which drawing of the bank a part of a picture shows
- colours.py, standing.py, surroundings.py: which colour it has, how things stand, where and when
- rows.py: the rows about pictures; edits.py, scripts.py: those about edits
"""

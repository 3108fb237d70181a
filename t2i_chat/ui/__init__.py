"""The page: what a person sees and presses; knows no model, no SQL and no language model.

`build` draws it, `launch` serves it. Inside: `turns` turns kept lines into chat messages,
`conversation` is what the buttons do, `stream` paints beside the page, `wishes` reads the drawer,
`first` and `earlier` are where one begins, `library` lists conversations, `shelf` their versions,
`how` tells of a picture, `sharing` and `shared` show a conversation to others, `api` serves
programs, `languages` are the captions, `theme` is how it looks, `page` is the layout.
"""

from t2i_chat.ui.page import build, launch

__all__ = ["build", "launch"]

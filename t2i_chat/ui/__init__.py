"""The page: what a person sees and presses; knows no model, no SQL and no language model.

`build` draws it, `launch` serves it. Inside: `turns` turns kept lines into chat messages,
`conversation` is what the buttons do, `views` what is then seen, `stream` paints beside the page,
`wishes` reads the drawer, `first` and `earlier` are where one begins, `library` lists
conversations, `shelf` their versions, `how` tells of a picture, `sharing` and `shared` show a
conversation to others, `api` serves programs, `languages` are the captions, `theme` is how it
looks. `widgets` is the layout, `opening`, `asking`, `panels` and `selecting` answer what happens to
it, `page` puts them together, `serving` serves it.
"""

from t2i_chat.ui import lean_gradio  # isort: split  before any part of the page imports Gradio
from t2i_chat.ui.page import build
from t2i_chat.ui.serving import launch

__all__ = ["build", "launch", "lean_gradio"]

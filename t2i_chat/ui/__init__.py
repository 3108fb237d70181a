"""The Gradio page: components, event handlers, HTML templates, API endpoints, share links.

- page.py: the widgets and who answers them; widgets.py, advanced.py, theme.py: what they are;
  serving.py: serves the page; lean_gradio.py: imports Gradio without its tables
- controller.py: what a button does, as a view (views.py); streaming.py: runs it beside the page;
  stop.py: cancels it; rate_limit.py: how many messages a minute
- generation_events, conversation_events, mask_events, panel_events: Gradio's event handlers
- turns.py, action_row.py, recipe_view.py: a conversation's lines, and what stands under a picture
- history_tree.py, conversation_list.py, recent_conversations.py, starters.py: ways to a picture
- mask_panel.py, click_select.py, brush.py, corrections.py, compare.py, attention_view.py,
  parameter_sweep.py, share_panel.py: the panels
- pieces.py, patches.py: sends a page only what it does not show yet
- html.py, templates/: Jinja templates; translations.py: captions in nine languages
- api.py: endpoints for programs and agents (MCP); share_routes.py, share_page.py: share links
- picture_urls.py: unguessable addresses of pictures; retract.py: “Not what I meant”
- page_requests.py: tells when the first page is answered, so that models may load
"""

from t2i_chat.ui import lean_gradio  # isort: split  before any part of the page imports Gradio
from t2i_chat.ui.page import build
from t2i_chat.ui.serving import launch

__all__ = ["build", "launch", "lean_gradio"]

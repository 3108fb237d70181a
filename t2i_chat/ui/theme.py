"""The Gradio theme: colours and fonts, and the style sheet, script and icon of the page.

Fonts are the device's own, so the page loads nothing from anywhere else.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr

ASSETS = Path(__file__).with_name("assets")
"""Style sheet, script and icon of the page."""
LETTERS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica", "sans-serif")

CLAY = gr.themes.Color(
    "#fdf5f1", "#fae6dd", "#f5cdbc", "#efab8f", "#e98a66", "#b8472a",
    "#a33d23", "#85321d", "#692a1a", "#4c2015", "#2e130d",
)  # fmt: skip
"""The one accent: fired clay, dark enough for white letters on it from 500 on."""
PAPER = gr.themes.Color(
    "#fbfaf8", "#f4f2ee", "#e8e4dd", "#d4cec4", "#a8a196", "#746d63",
    "#5c564e", "#45413b", "#2e2b27", "#1f1d1a", "#161412",
)  # fmt: skip
"""Warm greys, from paper to ink."""


def theme() -> gr.themes.Base:
    """The page's theme, light and dark."""
    return gr.themes.Base(
        primary_hue=CLAY,
        secondary_hue=CLAY,
        neutral_hue=PAPER,
        font=LETTERS,
        font_mono=("ui-monospace", "monospace"),
        radius_size=gr.themes.sizes.radius_lg,
        text_size=gr.themes.sizes.text_md,
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        background_fill_primary="*neutral_50",
        background_fill_primary_dark="*neutral_950",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_900",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_300",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        input_border_width="1px",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_500",
        input_border_color_focus_dark="*primary_400",
        button_primary_background_fill="*primary_500",
        button_primary_background_fill_hover="*primary_600",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_900",
        button_secondary_background_fill_hover_dark="*neutral_800",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_700",
        button_secondary_text_color="*neutral_800",
        button_secondary_text_color_dark="*neutral_100",
        button_border_width="1px",
        color_accent="*primary_500",
        color_accent_soft="*primary_100",
        color_accent_soft_dark="*primary_900",
        border_color_accent="*primary_500",
        border_color_accent_dark="*primary_400",
        border_color_primary="*neutral_300",
        border_color_primary_dark="*neutral_700",
    )


def read(name: str) -> str:
    """The text of one of the page's files."""
    return (ASSETS / name).read_text(encoding="utf-8")

"""An agent finds the page's tools by the Model Context Protocol (MCP) and generates pictures."""

import ast
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from tests.browser.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


async def talk(address):
    """The tools an agent is offered, and what it is told when it paints and edits."""
    async with (
        streamable_http_client(f"{address.rstrip('/')}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        offered = {tool.name: tool for tool in (await session.list_tools()).tools}
        house = await told(session, "generate", {"prompt": "a house", "seed": 7})
        edited = await told(
            session,
            "edit",
            {"change": "make the sky darker", "conversation": house["conversation"], "parent": 1},
        )
        return offered, house, edited


async def told(session, tool, arguments):
    """What a tool answers, as an object."""
    answer = await session.call_tool(tool, arguments)
    assert not answer.isError, answer.content
    return ast.literal_eval(answer.content[0].text)  # Gradio writes it as Python does


@pytest.mark.slow
def test_an_agent_generates_and_edits(tmp_path):
    # A thread of its own, as the browsers of the other tests keep an event loop in this one.
    with serving(tmp_path, T2I_CHAT_MCP="true") as address, ThreadPoolExecutor(1) as agent:
        offered, house, edited = agent.submit(anyio.run, talk, address).result()
    assert {"generate", "edit"} <= offered.keys()
    assert {"seed", "mask", "parent"} <= offered["edit"].inputSchema["properties"].keys()
    assert house["version"]["recipe"]["seed"] == 7
    assert (edited["version"]["parent"], edited["version"]["receipt"]["max_outside"]) == (1, 0)

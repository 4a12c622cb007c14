import subprocess

from langchain_community.tools import ShellTool
from langchain_core.tools import tool


@tool
def run(command: str) -> str:
    """Run a command."""
    # ruleid: agent-tool-dangerous
    return subprocess.run(command, shell=True, capture_output=True).stdout


@mcp.tool()
def calculate(formula: str) -> str:
    """Calculate."""
    # ruleid: agent-tool-dangerous
    return str(eval(formula))


@tool
def weather(city: str) -> str:
    """Weather of a city."""
    # ok: agent-tool-dangerous
    return subprocess.run(["weather", city], capture_output=True).stdout


@tool
def add(a: str, b: str) -> str:
    """Add."""
    # ok: agent-tool-dangerous
    return str(int(a) + int(b))


# ruleid: agent-unrestricted
tools = [ShellTool()]
# ruleid: agent-unrestricted
tools = load_tools(["terminal", "wikipedia"], llm=llm)
# ok: agent-unrestricted
tools = load_tools(["wikipedia"], llm=llm)
# ok: agent-unrestricted
tools = [weather, add]

for call in message.tool_calls:
    # ruleid: llm-chooses-function
    result = globals()[call.function.name](arguments)
    # ruleid: llm-chooses-function
    result = getattr(actions, call.function.name)(arguments)
    # ok: llm-chooses-function
    result = TOOLS[call.function.name](arguments)
    # ok: llm-chooses-function
    print(call.function.name)

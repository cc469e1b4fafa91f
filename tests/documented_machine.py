"""The dispute's machine as docs/disputes.md prints it: made from the code, compared by a test."""

from qcportal.disputes import machine
from qcportal.disputes.machine import Action, Facts, State
from qcportal.disputes.roles import APPEALS, ASSIGNERS, FILERS, OFFICERS, PORTAL

WHO = {
    FILERS: "claims, owner, API key",
    OFFICERS | APPEALS: "officers",
    ASSIGNERS: "officers, operations",
    PORTAL: "the clock",
}


def leads(state: State, action: Action) -> str:
    """Name every state that an action can lead to."""
    rule = machine.TABLE[state, action]
    if isinstance(rule.leads, State):
        return f"`{rule.leads}`"
    found = {
        rule.leads(Facts(state, level, two, outcome))
        for level in (1, 2)
        for two in (False, True)
        for outcome in machine.OUTCOMES
    }
    return ", ".join(f"`{each}`" for each in State if each in found)


def table() -> list[str]:
    """Give the rows of the table, in the order of the machine's own."""
    return [
        f"| `{state}` | {action} | {WHO[rule.roles]} | {leads(state, action)} |"
        for state in State
        for action in Action
        if (rule := machine.TABLE.get((state, action)))
    ]

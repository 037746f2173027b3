"""The English scripts, and the phrases every English conversation draws on."""

from pathlib import Path

from majung.demo.content.talks import read
from majung.demo.content.wording import Phrases

SCRIPTS = read(Path(__file__).parent / "scripts" / "en")

PHRASES = Phrases(
    agent_hello=(
        "Hi {name}, this is {agent} from {brand}.",
        "Hello {name}, {agent} here.",
        "Hi, thanks for writing to {brand}. I'm {agent}.",
        "Hello, you're chatting with {agent} from {brand}.",
    ),
    agent_hello_late=(
        "Hi {name}, {agent} from {brand} here. Sorry to keep you waiting.",
        "Hello {name}, thank you for waiting. I'm {agent}.",
    ),
    agent_hello_night=(
        "Hi {name}, {agent} from {brand} here. Your message reached us outside our hours, thank you for waiting.",
        "Hello from Seoul, {name}. This is {agent} from {brand}.",
    ),
    agent_hold=(
        "Let me check that for you, one moment please.",
        "Give me a minute, I'm looking at your order.",
        "Thanks, I'll look into it right away.",
    ),
    agent_bye=(
        "You're very welcome. Have a lovely day!",
        "Happy to help. Just write here again if anything comes up.",
        "Any time, {name}. Take care!",
        "Glad we could sort it out. Enjoy your day.",
    ),
    agent_sign=(
        "Best wishes,\n{agent}, {brand}",
        "Just reply here if you need anything else.\n{agent}, {brand}",
        "Kind regards,\n{agent}",
    ),
    thanks={
        "polite": (
            "Thank you so much for your help.",
            "Thanks for the quick reply, much appreciated.",
            "That's very kind. Thank you!",
        ),
        "plain": (
            "Great, thanks!",
            "Thanks a lot :)",
            "Perfect, thank you",
            "Awesome, thanks for checking",
        ),
        "terse": ("thx", "ok thanks", "cool ty", "thanks"),
    },
    hello={
        "polite": ("Good morning,", "Hello,", "Hi there,"),
        "plain": ("Hi,", "Hello!", "Hey,"),
        "terse": ("hey", "hi"),
    },
    form_hello=("Hello,", "Dear team,", "Hi,", ""),
    form_close=("Thank you.", "Looking forward to your reply.", "Many thanks, {name}", ""),
    typos=(
        ("please", "pls"),
        ("Thanks", "thx"),
        ("because", "bc"),
        ("can't", "cant"),
        ("don't", "dont"),
        ("haven't", "havent"),
        ("doesn't", "doesnt"),
        ("the tracking", "teh tracking"),
        ("received", "recieved"),
    ),
)

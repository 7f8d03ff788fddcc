"""Watch what a browser does while it opens our pages: whom it asks, what it complains of."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# Said by the page itself, so that nothing of it is lost when the next page comes.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  console.error("POLICY " + event.effectiveDirective + " " + event.blockedURI));
"""
# Made by the page itself, or a part of the browser, as its viewer of PDF is: nobody is asked.
OURS = ("data:", "blob:", "about:", "chrome:", "chrome-extension:")


@dataclass
class Watch:
    """What was seen in one context: each list holds `page: what`."""

    site: str
    strangers: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)  # since `goes_to`
    at: str = ""  # which page is open now

    @property
    def faults(self) -> list[str]:
        """Everything that may not be."""
        found = {
            "asked a stranger": self.strangers,
            "broke the policy": self.violations,
            "script failed": self.errors,
            "server failed": self.failures,
        }
        return [f"{kind}: {fault}" for kind, faults in found.items() for fault in faults]

    def goes_to(self, path: str) -> None:
        """What is seen from now on belongs to another page."""
        self.at = path
        self.answers.clear()

    def asked(self, request: Request) -> None:
        """Note a request, and whether it went to somebody else."""
        if not request.url.startswith((self.site + "/", *OURS)):
            self.strangers.append(f"{self.at}: {request.url}")

    def answered(self, response: Response) -> None:
        """Note an answer, and whether it is a fault of ours."""
        self.answers.append(response)
        if response.status >= 500:
            self.failures.append(f"{self.at}: {response.status} {response.url}")

    def said(self, message: ConsoleMessage) -> None:
        """Note what the browser complains of."""
        text, about = message.text, str(message.location.get("url", ""))
        if about.endswith("/favicon.ico"):
            return  # what is no page names no icon, and the browser asks for this one by itself
        if text.startswith("POLICY ") or "Content Security Policy" in text:
            self.violations.append(f"{self.at}: {text}")
        elif message.type == "error":
            self.errors.append(f"{self.at}: {text} {about}")


def watch(context: BrowserContext, site: str) -> Watch:
    """Begin to watch every page of a context; `site` is the one origin that may be asked."""
    found = Watch(site)

    def begin(page: Page) -> None:
        page.on("pageerror", lambda error: found.errors.append(f"{found.at}: {error}"))
        page.on("websocket", lambda socket: found.strangers.append(f"{found.at}: {socket.url}"))

    context.add_init_script(TELL_VIOLATIONS)
    context.on("request", found.asked)
    context.on("response", found.answered)
    context.on("console", found.said)
    context.on("page", begin)
    return found

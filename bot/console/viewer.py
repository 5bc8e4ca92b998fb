"""Who looks at the console, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.application import Application, Person
from bot.model.staff import Membership, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody with a role, as the store has them at this request."""

    person: Person
    roles: tuple[Membership, ...]  # never empty

    @property
    def is_office(self) -> bool:
        return any(role.role is Role.OFFICE for role in self.roles)

    @property
    def is_inspector(self) -> bool:
        return any(role.role is Role.INSPECTOR for role in self.roles)

    @property
    def bodies(self) -> tuple[str, ...]:
        """Ids of the bodies this person speaks for."""
        return tuple(dict.fromkeys(role.body for role in self.roles if role.role is Role.BODY and role.body))

    def sees(self, application: Application) -> bool:
        """Whether the application is within this person's scope: the office's all, a body's its own (I14)."""
        return self.is_office or (bool(application.body) and application.body in self.bodies)

"""Read what things cost: a YAML file of prices, steps and yearly limits."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planning.errors import Issue, ScenarioError
from planning.messages import Both, en_zh
from planning.yamlfile import read_yaml

DEFAULT = "prices.yaml"


class Thing(BaseModel):
    """One resource as it is bought: ``yuan`` for one of its unit, in steps of ``step``, at most ``most`` steps a year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    yuan: float = Field(gt=0)
    step: float = Field(gt=0)
    most: int = Field(gt=0)


class Prices(BaseModel):
    """Everything a programme pays for.

    Parameters
    ----------
    source : str
        Where the figures are from.
    discount : float
        How much less a year later counts.
    move_yuan : float
        Cost of a teacher who changes schools.
    leaving_share : float
        Share of a unit's teachers who may leave in a year.
    things : dict
        By resource, A1 … A7.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    discount: float = Field(0.0, ge=0, lt=1)
    move_yuan: float = Field(gt=0)
    leaving_share: float = Field(ge=0, le=1)
    things: dict[str, Thing]

    def may_leave(self, teachers: float) -> int:
        """Return how many of a unit's teachers may leave in a year: the share, at least one of two or more."""
        return max(int(teachers >= 2), math.floor(self.leaving_share * teachers + 1e-9))


def read_prices(path: str | Path | None = None) -> Prices:
    """Read prices; those of the package, which are assumptions, without a path.

    Raises
    ------
    ScenarioError
        If the file is missing, not YAML, or holds keys or values that are not understood; all at once.
    """
    name = DEFAULT if path is None else str(path)
    try:
        if path is None:
            text = (files("planning.resourcing") / DEFAULT).read_text(encoding="utf-8")
        else:
            text = Path(path).read_text(encoding="utf-8-sig")
        return Prices.model_validate(read_yaml(text))
    except OSError:
        raise ScenarioError([Issue("resourcing.prices.file_not_found", name)]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError([Issue("resourcing.prices.not_readable_yaml", name, error=error)]) from None
    except ValidationError as error:
        raise ScenarioError(
            Issue(
                Both(*en_zh("resourcing.prices.not_allowed", told=str(item["msg"]))),
                name,
                column=".".join(str(part) for part in item["loc"]),
                value=str(item.get("input", ""))[:60],
            )
            for item in error.errors()
        ) from None

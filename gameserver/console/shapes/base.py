"""What all shapes have in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

WORDS = 8  # of a search: each is one look at every row, between which the event loop doesn't turn


class Shape(BaseModel):
    """A body of the API: nothing in it is unknown or left to chance."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Moment = Annotated[int, Field(description="Unix milliseconds by the server's clock")]
Milliseconds = Annotated[float, Field(description="milliseconds")]


class Error(Shape):
    """Why something was not done."""

    code: str = Field(description="stable: programs branch on it")
    message: str = Field(description="for people")


class Refused(Shape):
    """The body of every answer that is no success."""

    error: Error


class Done(Shape):
    """The action was carried out."""

    done: bool = True
    detail: str = Field(description="what followed, in words; mostly nothing")


def _few_words(search: str) -> str:
    if len(search.split()) > WORDS:
        raise ValueError(f"search for at most {WORDS} words")
    return search


class PageQuery(Shape):
    """Which part of a list is wanted."""

    search: Annotated[str, AfterValidator(_few_words)] = Field(
        "", max_length=200, description=f"at most {WORDS} words that must all occur, in any case"
    )
    descending: bool = False
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=200)


class Page(Shape):
    """How a list was made."""

    total: int = Field(description="how many match")
    offset: int
    at: Moment = Field(description="when the list was read, in Unix milliseconds; at most some seconds ago")
    took_ms: Milliseconds = Field(description="how long the answer took, waiting included, in milliseconds")

"""The description of the protocol from which Google's client libraries build a client: addresses, methods, shapes."""

from collections.abc import Mapping
from typing import Final

Schema = dict[str, object]

_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_NUMBER: Final[Schema] = {"type": "number", "format": "float"}
_INTEGER: Final[Schema] = {"type": "integer", "format": "int32"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_SCORE_TYPE: Final[Schema] = {"type": "string", "enum": ["SCORE_TYPE_UNSPECIFIED", "PROBABILITY"]}


def _of(name: str) -> Schema:
    return {"$ref": name}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _of(name)}


def _map_of(name: str) -> Schema:
    return {"type": "object", "additionalProperties": _of(name)}


_SCHEMAS: Final[Mapping[str, tuple[str, Mapping[str, Schema]]]] = {
    "TextEntry": ("A text.", {"text": _TEXT, "type": {"type": "string", "enum": ["TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"]}}),
    "ArticleAndParentComment": ("What a comment stands under.", {"article": _of("TextEntry"), "parentComment": _of("TextEntry")}),
    "Context": (
        "What a comment answers. Either `entries` or `articleAndParentComment`; it changes no score.",
        {"entries": _list_of("TextEntry"), "articleAndParentComment": _of("ArticleAndParentComment")},
    ),
    "AttributeParameters": (
        "How an attribute is scored: nothing below `scoreThreshold` is given back.",
        {"scoreType": _SCORE_TYPE, "scoreThreshold": _NUMBER},
    ),
    "Score": ("A number from 0 to 1.", {"value": _NUMBER, "type": _SCORE_TYPE}),
    "SpanScore": (
        "The score of the characters from `begin` to before `end`, counted in UTF-16 units.",
        {"begin": _INTEGER, "end": _INTEGER, "score": _of("Score")},
    ),
    "AttributeScores": ("The scores of one attribute.", {"summaryScore": _of("Score"), "spanScores": _list_of("SpanScore")}),
    "AnalyzeCommentRequest": (
        "A comment, and what it is to be scored for.",
        {
            "comment": _of("TextEntry"),
            "context": _of("Context"),
            "requestedAttributes": _map_of("AttributeParameters"),
            "languages": _TEXTS,
            "doNotStore": _FLAG,
            "spanAnnotations": _FLAG,
            "dropUnsupportedAttributes": _FLAG,
            "clientToken": _TEXT,
            "sessionId": _TEXT,
            "communityId": _TEXT,
        },
    ),
    "AnalyzeCommentResponse": (
        "Scores by the names that they were asked for by.",
        {"attributeScores": _map_of("AttributeScores"), "languages": _TEXTS, "detectedLanguages": _TEXTS, "clientToken": _TEXT},
    ),
    "SuggestCommentScoreRequest": (
        "A comment, and the scores that it should have.",
        {
            "comment": _of("TextEntry"),
            "context": _of("Context"),
            "attributeScores": _map_of("AttributeScores"),
            "languages": _TEXTS,
            "clientToken": _TEXT,
            "sessionId": _TEXT,
            "communityId": _TEXT,
        },
    ),
    "SuggestCommentScoreResponse": (
        "That the suggestion has arrived.",
        {"clientToken": _TEXT, "detectedLanguages": _TEXTS, "requestedLanguages": _TEXTS},
    ),
}
_PARAMETERS: Final[Mapping[str, tuple[str, Schema]]] = {
    "key": ("The API key.", _TEXT),
    "access_token": ("Not used.", _TEXT),
    "alt": ("Not used: answers are JSON.", {"type": "string", "default": "json", "enum": ["json"], "enumDescriptions": ["JSON"]}),
    "callback": ("Not used.", _TEXT),
    "fields": ("Not used.", _TEXT),
    "oauth_token": ("Not used.", _TEXT),
    "prettyPrint": ("Not used.", {"type": "boolean", "default": "true"}),
    "quotaUser": ("Not used.", _TEXT),
    "$.xgafv": ("Not used.", {"type": "string", "enum": ["1", "2"], "enumDescriptions": ["1", "2"]}),
}


def discovery_document(public_url: str) -> dict[str, object]:
    """The document, for a service that its clients reach at `public_url`."""
    root = public_url.rstrip("/") + "/"
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "canonicalName": "Comment Analyzer",
        "version": "v1alpha1",
        "revision": "20260101",
        "title": "Comment scores",
        "description": "Scores comments, by the protocol of the Perspective API.",
        "protocol": "rest",
        "rootUrl": root,
        "baseUrl": root,
        "servicePath": "",
        "basePath": "",
        "parameters": {
            name: {"description": description, "location": "query", **schema} for name, (description, schema) in _PARAMETERS.items()
        },
        "schemas": {
            name: {"id": name, "type": "object", "description": description, "properties": properties}
            for name, (description, properties) in _SCHEMAS.items()
        },
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", "Scores a comment.", "AnalyzeComment"),
                    "suggestscore": _method("suggestscore", "Says what a comment should score.", "SuggestCommentScore"),
                }
            }
        },
    }


def _method(verb: str, description: str, message: str) -> dict[str, object]:
    path = f"v1alpha1/comments:{verb}"
    return {
        "id": f"commentanalyzer.comments.{verb}",
        "description": description,
        "httpMethod": "POST",
        "path": path,
        "flatPath": path,
        "parameters": {},
        "parameterOrder": [],
        "request": _of(f"{message}Request"),
        "response": _of(f"{message}Response"),
    }

"""What all pages share: the frame, tokens and styles, scripts, pages for refusals, sign-in and the start page."""

from commentsvc.web.pages.frame import register_pages

__all__ = ["register_pages"]

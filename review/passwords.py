"""Rules for passwords that Django has no Chinese words for."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """So many characters at least."""

    def get_error_message(self) -> str:
        """What is said of a short one."""
        return f"密码太短：至少 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """What is said beforehand."""
        return f"至少 {self.min_length} 个字符；可用一句自己记得住的话。"

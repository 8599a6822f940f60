"""The encoder with its heads as one torch module: what fine-tuning trains and what is exported as one graph."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from classify.encoder.spans import STATUSES, TAGS
from classify.labels import RATIONALE, TARGET

Scores = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]

WIDTHS = {"reasons": len(RATIONALE), "targets": len(TARGET), "statuses": len(STATUSES)}
_FILTERS = 128  # of the convolution: n-grams of three tokens that speak for a label wherever they stand
_FAR = -1e4  # below any activation, and finite: an empty window would make NaN of an infinite one


class MultiTask(nn.Module):
    """Token ids to the logits of all heads.

    Each text head hears ``[CLS]``, the mean of the tokens and the strongest of each filter. A reason also looks for the
    tokens that speak for it, each label for its own; tags are read per token.
    """

    def __init__(self, encoder: Any, *, dropout: float) -> None:  # any BERT-like module of transformers
        super().__init__()
        self.encoder = encoder
        hidden = int(encoder.config.hidden_size)
        self.dropout = nn.Dropout(dropout)
        self.filters = nn.Conv1d(hidden, _FILTERS, kernel_size=3, padding=1)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * hidden + _FILTERS, width) for name, width in WIDTHS.items()})
        self.evidence = nn.Linear(hidden + _FILTERS, len(RATIONALE))
        self.attention = nn.Linear(hidden + _FILTERS, len(RATIONALE))
        self.tags = nn.Sequential(nn.Linear(hidden + _FILTERS, hidden), nn.GELU(), nn.Linear(hidden, len(TAGS)))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Scores:
        """(n, width) ids to logits: reasons (n, 19), targets (n, 6), statuses (n, 4), tags (n, width, 5)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        states = self.dropout(states)
        real = attention_mask.unsqueeze(-1).to(states.dtype)
        states = states * real
        grams = torch.nn.functional.gelu(self.filters(states.transpose(1, 2))).transpose(1, 2)
        mean = states.sum(1) / real.sum(1)
        peak = (grams + (1.0 - real) * _FAR).amax(1)
        told = self.dropout(torch.cat([states[:, 0], mean, peak], dim=-1))
        tokens = torch.cat([states, grams], dim=-1)
        attention = torch.softmax(self.attention(tokens) + (1.0 - real) * _FAR, dim=1)
        reasons = self.heads["reasons"](told) + (attention * self.evidence(tokens)).sum(1)
        tags = self.tags(tokens)
        return reasons, self.heads["targets"](told), self.heads["statuses"](told), tags

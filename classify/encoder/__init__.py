"""A compact Chinese encoder: pre-trained and fine-tuned here with torch, served without it.

``serve.EncoderReader`` answers, ``attribution`` explains. ``vocabulary``, ``pretrain``, ``finetune`` and ``compare``
are commands (``python -m classify.encoder.…``); the second and third need the extra ``train``.
"""

"""The workbench (工作台): upload, queue, evidence, decide, correct, sign, export, retrain.

It stores, shows and queues; what is read and found is computed by functions that ``fuhe.serve`` hands it (``house``).
"""

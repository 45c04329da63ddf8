"""Readers of a published version: its figures, scores, evidence and issues as plain values."""

"""Rows as bytes: little is lost, and nothing depends on what is multiplied beside it."""

import numpy as np
import pytest

from bot.brain.byte_rows import LARGEST, ByteRows

ROWS = np.random.default_rng(7).normal(size=(60, 32)).astype(np.float32)
OTHERS = np.random.default_rng(8).normal(size=(9, 32)).astype(np.float32)


def test_a_row_keeps_its_numbers_to_half_a_step() -> None:
    rows = ByteRows.of(ROWS)
    assert (np.abs(rows.floats - ROWS) <= rows.steps[:, None] * 0.5001).all()
    assert rows.codes.nbytes == ROWS.nbytes / 4


def test_products_are_those_of_the_rounded_rows() -> None:
    rows, others = ByteRows.of(ROWS), ByteRows.of(OTHERS)
    assert rows.products(others) == pytest.approx(others.floats @ rows.floats.T, rel=1e-4, abs=1e-4)
    assert rows.products(others) == pytest.approx(OTHERS @ ROWS.T, abs=0.2)


def test_a_vectors_products_do_not_depend_on_its_neighbours() -> None:
    rows = ByteRows.of(ROWS)
    alone = [rows.products(ByteRows.of(other[None, :])) for other in OTHERS]
    huge = np.vstack([OTHERS, 1000 * OTHERS[:1]])
    assert np.array_equal(rows.products(ByteRows.of(huge))[:-1], np.vstack(alone))


def test_the_largest_products_do_not_overflow() -> None:
    rows = ByteRows.of(np.full((3, 512), -2.0, np.float32))
    assert rows.products(ByteRows.of(np.full((1, 512), 3.0, np.float32))) == pytest.approx(np.full((1, 3), -3072.0))
    assert set(rows.codes.flat) == {128 - LARGEST}


def test_nothing_but_zeros_is_nothing() -> None:
    rows = ByteRows.of(np.zeros((2, 4), np.float32))
    assert (rows.products(rows) == 0).all()
    assert len(ByteRows.of(np.zeros((0, 4), np.float32)).codes) == 0

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from privacy_audit.linking import neighbours
from privacy_audit.linking.grouping import grouped
from privacy_audit.linking.neighbours import alike


def drawn(seed: int, n: int, n_people: int, spread: float = 0.8) -> tuple[NDArray[np.float32], NDArray[np.int_]]:
    """Unit vectors of so many people."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(0, 32**-0.5, (n_people, 32))
    people = draw.integers(0, n_people, n)
    vectors = centres[people] + spread * draw.normal(0, 32**-0.5, (n, 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), people


def partition(labels: NDArray[np.int_]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.sampled_from([0.2, 0.35, 0.5, 0.7]))
def test_groups_are_those_of_average_linkage(seed: int, n: int, similarity: float) -> None:
    vectors, _ = drawn(seed, n, max(1, n // 4))
    tree = linkage(vectors.astype(np.float64), "average", metric="cosine")
    expected = fcluster(tree, 1 - similarity, "distance")
    assert partition(grouped(vectors, similarity).labels) == partition(expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_fewer_groups_are_told_apart_at_a_lower_similarity(seed: int) -> None:
    vectors, _ = drawn(seed, 40, 8)
    counts = [grouped(vectors, 0.2).count_at(similarity) for similarity in (0.2, 0.3, 0.5, 0.8)]
    assert counts == sorted(counts)
    assert counts[0] == len(partition(grouped(vectors, 0.2).labels))


def test_counts_at_a_higher_similarity_are_those_of_a_grouping_there() -> None:
    vectors, _ = drawn(3, 200, 30)
    assert grouped(vectors, 0.2).count_at(0.5) == len(partition(grouped(vectors, 0.5).labels))


def test_equal_vectors_are_one_group_however_many() -> None:
    vectors, _ = drawn(1, 3, 3, 0.1)
    assert partition(grouped(np.repeat(vectors, 50, axis=0), 0.99).labels) == {
        frozenset(range(0, 50)),
        frozenset(range(50, 100)),
        frozenset(range(100, 150)),
    }


@pytest.mark.parametrize("n", [0, 1])
def test_no_vector_and_one_vector_are_grouped(n: int) -> None:
    found = grouped(np.ones((n, 4), np.float32) / 2, 0.5)
    assert found.labels.tolist() == [0] * n
    assert found.count_at(0.5) == n


def test_every_pair_that_is_alike_is_found_once_where_all_are_compared() -> None:
    vectors, _ = drawn(5, 120, 20)
    found = alike(vectors, 0.4, at_most=200)
    one, other = np.triu_indices(120, 1)
    near = (vectors @ vectors.T)[one, other] >= 0.4
    assert sorted(zip(found.one.tolist(), found.other.tolist(), strict=True)) == sorted(
        zip(one[near].tolist(), other[near].tolist(), strict=True)
    )
    assert found.likeness == pytest.approx((vectors[found.one] * vectors[found.other]).sum(1), abs=1e-5)


def test_cells_find_most_pairs_and_the_groups_without_comparing_all(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, people = drawn(7, 1_000, 60)
    exactly = partition(grouped(vectors, 0.6).labels)
    one, other = np.triu_indices(len(people), 1)
    near = (vectors @ vectors.T)[one, other] >= 0.5
    wanted = {*zip(one[near].tolist(), other[near].tolist(), strict=True)}
    monkeypatch.setattr(neighbours, "EXACT", 100)
    found = alike(vectors, 0.5)
    assert len(wanted & {*zip(found.one.tolist(), found.other.tolist(), strict=True)}) > 0.98 * len(wanted) > 0
    assert len(exactly) <= len(partition(grouped(vectors, 0.6).labels)) <= 1.1 * len(exactly)


def test_only_the_best_of_many_alike_are_kept() -> None:
    vectors, _ = drawn(2, 100, 1, 0.2)
    found = alike(vectors, 0.1, at_most=5)
    held = np.bincount(np.concatenate([found.one, found.other]), minlength=100)
    assert held.min() >= 5
    assert len(found.one) <= 5 * 100

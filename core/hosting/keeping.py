"""A store of what was made once, bounded by its weight: what was not asked for longest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """A map that forgets. Safe to share between threads."""

    def __init__(self, max_weight: int) -> None:
        self._max_weight = max_weight
        self._weight = 0
        self._items: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def weight(self) -> int:
        """The weight of all that is kept."""
        return self._weight

    def get(self, key: K) -> V | None:
        """What is kept under the key, now the youngest."""
        with self._lock:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key][0]

    def keep(self, key: K, value: V, weight: int) -> None:
        """Keep the value; one heavier than everything allowed is not kept."""
        with self._lock:
            self._weight -= self._items.pop(key, (None, 0))[1]
            if weight <= self._max_weight:
                self._items[key] = (value, weight)
                self._weight += weight
            while self._weight > self._max_weight:
                self._weight -= self._items.popitem(last=False)[1][1]

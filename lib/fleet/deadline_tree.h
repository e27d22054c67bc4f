// SPDX-License-Identifier: Apache-2.0
// When each check must be looked at again, and which must be now.
#ifndef VITALS_LIB_FLEET_DEADLINE_TREE_H
#define VITALS_LIB_FLEET_DEADLINE_TREE_H

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "fleet/column.h"
#include "fleet/prefetch.h"
#include "vitals/time.h"

namespace vitals {

// A deadline an entry, under a tree of minima: each node is no later than the 16 below it. A
// deadline that moves away, as every receipt makes one do, is written and nothing more; the nodes
// above it learn of that when their own moment has come. So a receipt costs one write, a look at a
// quiet fleet costs one comparison, and a search visits only what is due or was. There is no queue
// whose entries outlive their meaning, and nothing but the deadlines to save.
class DeadlineTree {
 public:
  [[nodiscard]] std::size_t size() const { return levels_.front().size(); }

  void resize(std::size_t size) {
    for (std::size_t level = 0;; ++level) {
      const bool is_new = level == levels_.size();
      if (is_new) levels_.emplace_back();
      levels_[level].resize(size, never);
      if (is_new) rebuild(level);
      if (size <= 1) break;
      size = (size + fanout - 1) / fanout;
    }
  }

  // Sets the deadline of an entry; distant_future, like all moments that no input can state, never
  // comes. It must be later than 1970-01-01T00:00:00Z.
  void set(std::size_t entry, Timestamp deadline) {
    const std::uint32_t last = last_before(deadline);
    const std::uint32_t before = std::exchange(levels_[0][entry], last);
    if (before <= last) return;  // no node above is later than it was
    for (std::size_t level = 1; level < levels_.size(); ++level) {
      entry /= fanout;
      std::uint32_t& node = levels_[level][entry];
      if (node <= last) return;
      node = last;
    }
  }

  [[nodiscard]] Timestamp at(std::size_t entry) const { return deadline(levels_[0][entry]); }

  // The earliest deadline; distant_future if there is none.
  [[nodiscard]] Timestamp earliest() {
    if (levels_.back().empty()) return distant_future;
    return deadline(refresh(levels_.size() - 1, 0));
  }

  // Calls `visit(entry)` for each entry whose deadline is not later than `now`, in ascending order,
  // and takes its deadline away.
  template <class Visitor>
  void take_due(Timestamp now, Visitor&& visit) {
    if (can_be_due(now)) descend(levels_.size() - 1, 0, last_before(now), visit);
  }

  // As take_due(), but leaves all as it is.
  template <class Visitor>
  void for_each_due(Timestamp now, Visitor&& visit) const {
    if (can_be_due(now)) look(levels_.size() - 1, 0, last_before(now), visit);
  }

  // The deadlines as they are kept, for whoever saves them.
  [[nodiscard]] Column<std::uint32_t>& entries() { return levels_.front(); }
  [[nodiscard]] const Column<std::uint32_t>& entries() const { return levels_.front(); }

  // After entries() was filled: sets all nodes.
  void rebuild() {
    for (std::size_t level = 1; level < levels_.size(); ++level) rebuild(level);
  }

  void prefetch_entry(std::size_t entry) const { vitals::prefetch(&levels_[0][entry]); }

  [[nodiscard]] std::size_t memory_use() const {
    std::size_t sum = 0;
    for (const auto& level : levels_) sum += level.memory_use();
    return sum;
  }

 private:
  // The last second before a deadline is what is kept: 32 bits hold those of all deadlines up to
  // 2106, and one number more, which says that there is none.
  static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t fanout = 16;  // a cache line of numbers

  void rebuild(std::size_t level) {
    for (std::size_t node = 0; node < levels_[level].size(); ++node) {
      levels_[level][node] = least_below(level, node);
    }
  }

  static std::uint32_t last_before(Timestamp deadline) {
    if (!is_accepted(deadline)) return never;
    return static_cast<std::uint32_t>(deadline.time_since_epoch().count() - 1);
  }
  static Timestamp deadline(std::uint32_t last) {
    return last == never ? distant_future : Timestamp{Seconds{std::int64_t{last} + 1}};
  }

  // Beyond the end of time everything is due that ever will be, before its beginning nothing is.
  [[nodiscard]] bool can_be_due(Timestamp now) const {
    return now > earliest_accepted && !levels_.back().empty();
  }

  struct Below {
    std::size_t first;
    std::size_t last;
  };
  [[nodiscard]] Below below(std::size_t level, std::size_t node) const {
    return {node * fanout, std::min((node + 1) * fanout, levels_[level - 1].size())};
  }

  [[nodiscard]] std::uint32_t least_below(std::size_t level, std::size_t node) const {
    const Below children = below(level, node);
    const std::uint32_t* of = levels_[level - 1].data();
    return *std::min_element(of + children.first, of + children.last);
  }

  // Makes the nodes exact along the paths to what they claim, until one claim proves true.
  std::uint32_t refresh(std::size_t level, std::size_t node) {
    if (level == 0) return levels_[0][node];
    std::uint32_t& claim = levels_[level][node];
    while (true) {
      const Below children = below(level, node);
      const std::uint32_t* of = levels_[level - 1].data();
      const auto child =
          static_cast<std::size_t>(std::min_element(of + children.first, of + children.last) - of);
      const std::uint32_t claimed = of[child];
      claim = claimed;
      if (claimed == never || refresh(level - 1, child) == claimed) return claim;
    }
  }

  template <class Visitor>
  void descend(std::size_t level, std::size_t node, std::uint32_t now, Visitor& visit) {
    std::uint32_t& last = levels_[level][node];
    if (last > now || last == never) return;
    if (level == 0) {
      last = never;
      return visit(node);
    }
    const Below children = below(level, node);
    for (std::size_t i = children.first; i < children.last; ++i) descend(level - 1, i, now, visit);
    last = least_below(level, node);
  }

  template <class Visitor>
  void look(std::size_t level, std::size_t node, std::uint32_t now, Visitor& visit) const {
    const std::uint32_t last = levels_[level][node];
    if (last > now || last == never) return;
    if (level == 0) return visit(node);
    const Below children = below(level, node);
    for (std::size_t i = children.first; i < children.last; ++i) look(level - 1, i, now, visit);
  }

  std::vector<Column<std::uint32_t>> levels_ = std::vector<Column<std::uint32_t>>(1);
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_DEADLINE_TREE_H

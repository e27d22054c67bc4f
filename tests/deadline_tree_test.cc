// SPDX-License-Identifier: Apache-2.0
#include "fleet/deadline_tree.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "test_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

std::vector<std::size_t> taken(DeadlineTree& tree, Timestamp now) {
  std::vector<std::size_t> entries;
  tree.take_due(now, [&](std::size_t entry) { entries.push_back(entry); });
  return entries;
}

TEST_CASE("A deadline is due at its second and not before, at both ends of time") {
  for (const Timestamp deadline : {t(1), t(1'000'000), latest_accepted - 1s, latest_accepted}) {
    DeadlineTree tree;
    tree.resize(1);
    CHECK(tree.earliest() == distant_future);
    tree.set(0, deadline);
    CHECK(tree.earliest() == deadline);
    CHECK(taken(tree, deadline - 1s).empty());
    CHECK(taken(tree, deadline) == std::vector<std::size_t>{0});
    CHECK(taken(tree, distant_future).empty());
    tree.set(0, deadline);
    CHECK(taken(tree, distant_past).empty());
    CHECK(taken(tree, distant_future) == std::vector<std::size_t>{0});
  }
}

TEST_CASE("Deadlines that no input can state never come") {
  DeadlineTree tree;
  tree.resize(3);
  tree.set(1, distant_future);
  tree.set(2, latest_accepted + 1s);
  CHECK(tree.earliest() == distant_future);
  CHECK(taken(tree, distant_future).empty());
}

TEST_CASE("A tree of deadlines does what a list of them does") {
  rc::prop("for random deadlines, growth and searches", [] {
    DeadlineTree tree;
    std::vector<Timestamp> list;
    std::int64_t now = 100;
    for (int step = *rc::gen::inRange(1, 200); step > 0; --step) {
      const int what = *rc::gen::inRange(0, 10);
      if (what == 0 || list.empty()) {
        list.resize(list.size() + *rc::gen::inRange<std::size_t>(1, 300), distant_future);
        tree.resize(list.size());
      } else if (what < 8) {
        const auto entry = *rc::gen::inRange<std::size_t>(0, list.size());
        const bool is_never = *rc::gen::inRange(0, 10) == 0;
        list[entry] = is_never ? distant_future : t(now + *rc::gen::inRange(1, 300));
        tree.set(entry, list[entry]);
      } else {
        now += *rc::gen::inRange(0, 200);
        std::vector<std::size_t> due;
        for (std::size_t i = 0; i < list.size(); ++i) {
          if (list[i] <= t(now)) due.push_back(i);
        }
        std::vector<std::size_t> looked;
        tree.for_each_due(t(now), [&](std::size_t entry) { looked.push_back(entry); });
        RC_ASSERT(looked == due);
        RC_ASSERT(taken(tree, t(now)) == due);
        for (const std::size_t entry : due) list[entry] = distant_future;
      }
      RC_ASSERT(tree.earliest() ==
                (list.empty() ? distant_future : *std::min_element(list.begin(), list.end())));
    }
    for (std::size_t i = 0; i < list.size(); ++i) RC_ASSERT(tree.at(i) == list[i]);
    tree.rebuild();
    RC_ASSERT(tree.earliest() == *std::min_element(list.begin(), list.end()));
  });
}

}  // namespace
}  // namespace vitals

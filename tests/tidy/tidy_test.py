# SPDX-License-Identifier: Apache-2.0
"""The heuristics of tidy.py see what they should: a rule that finds nothing may be blind."""

import unittest

import tidy

CODE = """#include <x>
namespace vitals {
// A brace in a comment: {
class Box {
 public:
  explicit Box(int size)
      : size_(size) {
    fill("{");
  }
  bool operator==(const Box&) const = default;

 private:
  static constexpr int table[] = {f(1), f(2)};
};
template <class T>
int sum(const T& all) {
  for (int one : all) {
    if (one > 1'000) return '{';
  }
  return 0;
}
}  // namespace vitals
TEST_CASE("tables are not functions") {
}
"""


class Tidy(unittest.TestCase):
    def test_functions_are_found_with_their_lengths(self):
        self.assertEqual(list(tidy.functions_of(CODE)), [(5, 5), (15, 7)])

    def test_clocks_are_recognised_and_conversions_of_time_are_not(self):
        clocks = ["clock_gettime", "time", "std::chrono::_V2::system_clock::now()",
                  "clock_gettime@GLIBC_2.17", "absl::lts_20220623::Now()"]
        for symbol in clocks:
            self.assertTrue(tidy.CLOCK.search(f"                 U {symbol}"), symbol)
        for symbol in ["gmtime_r", "vitals::format_clock(x)", "timegm"]:
            self.assertFalse(tidy.CLOCK.search(f"                 U {symbol}"), symbol)

    def test_the_repository_is_seen(self):
        self.assertIn("tests/tidy/tidy_test.py", [str(path) for path in tidy.FILES])
        self.assertIn("include/vitals/verdict.h", [str(path) for path in tidy.CXX])


if __name__ == "__main__":
    unittest.main()

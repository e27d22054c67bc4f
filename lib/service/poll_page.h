// SPDX-License-Identifier: Apache-2.0
// One page of an installation's listing, as docs/coordinator/listing-format.md describes it.
#ifndef VITALS_LIB_SERVICE_POLL_PAGE_H
#define VITALS_LIB_SERVICE_POLL_PAGE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/coordinator/host.h"

namespace vitals {

struct PollPage {
  std::vector<coordinator::Host> hosts{};
  std::optional<std::int64_t> total{};  // of hosts on all pages, where it is told
  std::string next_cursor{};            // empty: this was the last page
};

inline constexpr std::size_t longest_poll_page = 1'000'000;  // hosts
inline constexpr std::size_t longest_cursor = 1024;          // bytes

// Reads a page. Errors: InvalidArgument with the place in the page; unknown keys are none.
[[nodiscard]] absl::StatusOr<PollPage> parse_poll_page(std::string_view json);

// Where a page is to be had. Errors: none; the cursor is encoded.
[[nodiscard]] std::string poll_url(std::string_view url, std::size_t limit,
                                   std::string_view cursor);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_POLL_PAGE_H

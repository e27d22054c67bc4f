// SPDX-License-Identifier: Apache-2.0
// Any bytes as what an installation answers, page behind page with a null byte between them: a
// listing is whole, of hosts that can be, each once, or it is refused in words.
#include <algorithm>
#include <set>

#include "fuzz.h"
#include "service/poll_listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = text_of(data, size);
  bool ended = false;
  std::set<std::string> cursors;
  const auto hosts =
      vitals::collect_listing([&](const std::string& cursor) -> absl::StatusOr<std::string> {
        promise(cursors.insert(cursor).second, "no cursor is asked for twice", cursor);
        if (ended) return absl::UnavailableError("no more pages");
        const std::size_t end = std::min(rest.find('\0'), rest.size());
        std::string page(rest.substr(0, end));
        ended = end == rest.size();
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return page;
      });
  if (!hosts.ok()) {
    promise(!hosts.status().message().empty(), "a refusal says why");
    return 0;
  }
  std::set<vitals::coordinator::Inv> seen;
  for (const vitals::coordinator::Host& host : *hosts) {
    promise(check(host).ok(), "a host that is listed can be");
    promise(seen.insert(host.inv).second, "a host is listed once");
  }
  return 0;
}

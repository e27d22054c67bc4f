// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/host.h"

#include <catch2/catch.hpp>
#include <string>

#include "coordinator/keys.h"

namespace vitals::coordinator {
namespace {

static_assert(parse_host_type("shadow") == HostType::shadow);
static_assert(!parse_host_type("Server"));
static_assert(name(HostType::vm) == "vm");
static_assert(name(Basis::granted) == "granted");
static_assert(key_of(3, 7) == 3 * (Key{1} << 40) + 7);
static_assert(number_of(key_of(3, greatest_inv)) == 3);
static_assert(inv_of(key_of(3, greatest_inv)) == greatest_inv);

TEST_CASE("a host has a number in range, and a name and a uuid that are what they look like") {
  const auto is_well = [](Inv inv, std::string name, std::string uuid) {
    return check(Host{.inv = inv, .name = std::move(name), .uuid = std::move(uuid)}).ok();
  };
  CHECK_FALSE(is_well(least_inv - 1, "", ""));
  CHECK(is_well(least_inv, "", ""));
  CHECK(is_well(greatest_inv, "", ""));
  CHECK_FALSE(is_well(greatest_inv + 1, "", ""));
  CHECK_FALSE(is_well(-7, "", ""));
  CHECK(is_well(1, std::string(longest_host_name, 'x'), ""));
  CHECK_FALSE(is_well(1, std::string(longest_host_name + 1, 'x'), ""));
  CHECK(is_well(1, "", std::string(longest_uuid, 'x')));
  CHECK_FALSE(is_well(1, "", std::string(longest_uuid + 1, 'x')));
  CHECK(is_well(1, "\u043c\u0430\u0448\u0438\u043d\u0430", ""));
  for (const char* name : {"a b", "a\nb", "a\x7f", "a\xc3", "\u200bab", "\u202eab"}) {
    CHECK_FALSE(is_well(1, name, ""));
    CHECK_FALSE(is_well(1, "", name));
    CHECK_FALSE(check_name(name).ok());
  }
}

}  // namespace
}  // namespace vitals::coordinator

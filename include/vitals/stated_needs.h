// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a host says it needs of classes: for each class that it speaks of, the names of members.
///
///     {"storage": ["el1", "el2"], "cache": []}
///
/// A class that is not named stays as it was stated before; one without members is not needed. All
/// of it is packed into one text, so that an event stays a handful of views:
///
///     for each class: its length, its name, how many members, and of each its length and name
///
/// Lengths are one byte, the number of members is two, the higher first. Pure; the views live as
/// long as the text.

#ifndef VITALS_STATED_NEEDS_H
#define VITALS_STATED_NEEDS_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vitals {

/// Bounds of what may be stated (docs/recording-format.md).
inline constexpr std::size_t longest_name = 255;   ///< bytes of the name of anything
inline constexpr std::size_t most_members = 1000;  ///< of one class that one host needs
inline constexpr std::size_t most_classes = 64;    ///< that a policy declares, or a host needs

/// Names, one behind the other.
class NameList {
 public:
  constexpr NameList() noexcept = default;
  constexpr NameList(std::string_view packed, std::size_t size) noexcept
      : packed_(packed), size_(size) {}

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  /// Calls `visit(std::string_view)` for each name in the order in which they were stated.
  template <class Visitor>
  constexpr void for_each(Visitor&& visit) const {
    std::string_view rest = packed_;
    while (!rest.empty()) visit(take_name(rest));
  }

  /// The name at the front of a packed text, which it leaves.
  static constexpr std::string_view take_name(std::string_view& packed) {
    const std::size_t length = static_cast<unsigned char>(packed.front());
    const std::string_view name = packed.substr(1, length);
    packed.remove_prefix(1 + length);
    return name;
  }

 private:
  std::string_view packed_;
  std::size_t size_ = 0;
};

/// What was stated, of each class once.
class StatedNeeds {
 public:
  constexpr StatedNeeds() noexcept = default;

  /// Of a text that append_need() made.
  constexpr explicit StatedNeeds(std::string_view packed) noexcept : packed_(packed) {}

  [[nodiscard]] constexpr bool empty() const noexcept { return packed_.empty(); }
  [[nodiscard]] constexpr std::string_view packed() const noexcept { return packed_; }

  /// Calls `visit(std::string_view name_of_class, const NameList& members)` for each class.
  template <class Visitor>
  constexpr void for_each(Visitor&& visit) const {
    std::string_view rest = packed_;
    while (!rest.empty()) {
      const std::string_view name = NameList::take_name(rest);
      const auto byte = [&](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(rest[i])};
      };
      const std::size_t count = (byte(0) << 8U) + byte(1);
      rest.remove_prefix(2);
      const std::string_view first = rest;
      for (std::size_t i = 0; i < count; ++i) NameList::take_name(rest);
      visit(name, NameList(first.substr(0, first.size() - rest.size()), count));
    }
  }

  friend constexpr bool operator==(const StatedNeeds&, const StatedNeeds&) = default;

 private:
  std::string_view packed_;
};

/// Appends what is needed of one more class. Names have 1 to longest_name bytes, and there are at
/// most most_members of them, each once; whoever states them sees to that.
void append_need(std::string& packed, std::string_view name_of_class,
                 std::span<const std::string_view> members);

/// Whether append_need() could have made the text: it does not end inside anything.
[[nodiscard]] bool is_packed(std::string_view text);

/// Whether this is the switch or the rack, which are stated in words of their own and which no
/// policy declares.
[[nodiscard]] constexpr bool is_built_in_class(std::string_view name) noexcept {
  return name == "switch" || name == "rack";
}

/// What is wrong with what a host is said to need, such as a name of no bytes, a class that is
/// stated twice or one that is built in; empty if nothing is.
[[nodiscard]] std::string fault_of(const StatedNeeds& needs);

}  // namespace vitals

#endif  // VITALS_STATED_NEEDS_H

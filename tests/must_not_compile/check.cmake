# SPDX-License-Identifier: Apache-2.0
# Compiles SOURCE with COMPILER, with BAD=0 and with BAD=1: the first must succeed, the second must
# fail with a message that matches the regular expression after EXPECT: in SOURCE.
function(fail text)
  message(NOTICE "${SOURCE}: ${text}")  # FATAL_ERROR would break the line anywhere
  message(FATAL_ERROR "must_not_compile")
endfunction()

function(compile bad result output)
  # Messages in English whatever the locale; an ignored [[nodiscard]] is only a warning by itself.
  execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${COMPILER} -std=c++20 -fsyntax-only
                          -Werror -D BAD=${bad} -I ${INCLUDE} ${SOURCE}
                  RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${result} ${code} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

file(STRINGS ${SOURCE} expect REGEX "^// EXPECT: ")
string(REGEX REPLACE "^// EXPECT: " "" expect "${expect}")
if(expect STREQUAL "")
  fail("has no line `// EXPECT: REGEX`")
endif()

compile(0 result output)
if(NOT result EQUAL 0)
  fail("does not compile with BAD=0:\n${output}")
endif()
compile(1 result output)
if(result EQUAL 0)
  fail("compiles with BAD=1")
endif()
if(NOT output MATCHES "${expect}")
  fail("fails, but not for the expected reason ${expect}:\n${output}")
endif()

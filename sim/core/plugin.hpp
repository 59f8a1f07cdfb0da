// A protocol as a shared object that a program loads (docs/plugins.md): HEARSAY_PLUGIN, in one source of it. The CMake
// function hearsay_add_protocol() writes that source. The object holds a copy of its own of sim/core; what crosses the
// boundary are the classes of these headers, so the program takes only an object that was built from the same ones.
#pragma once

#include <utility>

#include "sim/core/protocol_info.hpp"

// The standard library's layouts, where a setting of the compiler changes them.
#if defined(_GLIBCXX_DEBUG)
#define HEARSAY_PLUGIN_LAYOUT ", libstdc++ debug mode"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && !_GLIBCXX_USE_CXX11_ABI
#define HEARSAY_PLUGIN_LAYOUT ", libstdc++ old strings"
#elif !defined(__GLIBCXX__)
#define HEARSAY_PLUGIN_LAYOUT ", not libstdc++"
#else
#define HEARSAY_PLUGIN_LAYOUT ""
#endif

// In the bytes of a plugin, before the version of the interface that it was built for: read before it is loaded.
#define HEARSAY_PLUGIN_MARK "hearsay-plugin:"

namespace hearsay {

// One protocol that the object exports. The entries of one object are a list; a program refuses more than one.
class PluginEntry {
 public:
  explicit PluginEntry(ProtocolInfo (*function)()) : make(function), next(std::exchange(first(), this)) {}
  PluginEntry(const PluginEntry&) = delete;
  PluginEntry& operator=(const PluginEntry&) = delete;

  // Hidden, or several plugins in one process would share it.
  [[gnu::visibility("hidden")]] static const PluginEntry*& first() {
    static const PluginEntry* entry = nullptr;
    return entry;
  }

  ProtocolInfo (*const make)();
  const PluginEntry* const next;
};

}  // namespace hearsay

// Exports the protocol that `function`, a ProtocolInfo(), describes. HEARSAY_PLUGIN_INTERFACE is the version of these
// headers, as hearsay_interface() in cmake/packaging/HearsayInterface.cmake computes it. Weak: a second one in the same
// object adds to the list instead of a riddle of the linker's.
#define HEARSAY_PLUGIN(function)                                                                              \
  extern "C" {                                                                                                \
  [[gnu::visibility("default"), gnu::weak]] extern const char hearsay_plugin_interface[];                     \
  const char hearsay_plugin_interface[] = HEARSAY_PLUGIN_MARK HEARSAY_PLUGIN_INTERFACE HEARSAY_PLUGIN_LAYOUT; \
  [[gnu::visibility("default"), gnu::weak]] const hearsay::PluginEntry* hearsay_plugin_entries() {            \
    return hearsay::PluginEntry::first();                                                                     \
  }                                                                                                           \
  }                                                                                                           \
  namespace {                                                                                                 \
  const hearsay::PluginEntry hearsay_plugin_entry(&(function));                                               \
  }

#include "protocols/maelstrom/supervisor/vdso.hpp"

#include <elf.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

// Position independent; the cell lies at its end. Clocks: bits 0, 5, 8 and 11 show the time of day, 1, 4, 6, 7 and 9
// the time since boot; others (processor time) are system calls, which are traced.
asm(R"(
    .pushsection .rodata
    .balign 8
hearsay_vdso_begin:
hearsay_vdso_clock_gettime:
    cmp $11, %edi
    ja 3f
    mov $1, %eax
    mov %edi, %ecx
    shl %cl, %eax
    test $0x921, %eax
    jnz 1f
    test $0x2d2, %eax
    jz 3f
    mov hearsay_cell+24(%rip), %rax
    mov hearsay_cell+32(%rip), %rdx
    jmp 2f
1:  mov hearsay_cell(%rip), %rax
    mov hearsay_cell+8(%rip), %rdx
2:  mov %rax, (%rsi)
    mov %rdx, 8(%rsi)
    xor %eax, %eax
    ret
3:
hearsay_vdso_clock_gettime_call:
    mov $228, %eax
    syscall
    ret
hearsay_vdso_gettimeofday_call:
    mov $96, %eax
    syscall
    ret
hearsay_vdso_time_call:
    mov $201, %eax
    syscall
    ret
hearsay_vdso_gettimeofday:
    test %rdi, %rdi
    jz 1f
    mov hearsay_cell(%rip), %rax
    mov %rax, (%rdi)
    mov hearsay_cell+16(%rip), %rax
    mov %rax, 8(%rdi)
1:  xor %eax, %eax
    ret
hearsay_vdso_time:
    mov hearsay_cell(%rip), %rax
    test %rdi, %rdi
    jz 1f
    mov %rax, (%rdi)
1:  ret
hearsay_vdso_getrandom:
    mov $-38, %rax
    ret
    .balign 8
hearsay_vdso_path:
    .asciz "/proc/self/fd/1000"
    .balign 8
hearsay_cell:
    .quad 0, 0, 0, 0, 0
hearsay_vdso_end:
    .popsection
)");
extern "C" {
extern const char hearsay_vdso_begin[], hearsay_vdso_end[], hearsay_vdso_path[], hearsay_cell[];
extern const char hearsay_vdso_clock_gettime[], hearsay_vdso_gettimeofday[], hearsay_vdso_time[],
    hearsay_vdso_getrandom[];
extern const char hearsay_vdso_clock_gettime_call[], hearsay_vdso_gettimeofday_call[], hearsay_vdso_time_call[];
}

namespace hearsay::maelstrom {
namespace {

const char* replacement_of(std::string_view name, bool trap_clocks) {
  if (name == "__vdso_clock_gettime") return trap_clocks ? hearsay_vdso_clock_gettime_call : hearsay_vdso_clock_gettime;
  if (name == "__vdso_gettimeofday") return trap_clocks ? hearsay_vdso_gettimeofday_call : hearsay_vdso_gettimeofday;
  if (name == "__vdso_time") return trap_clocks ? hearsay_vdso_time_call : hearsay_vdso_time;
  if (name == "__vdso_getrandom") return hearsay_vdso_getrandom;  // ENOSYS: the C library makes the system call
  return nullptr;
}

template <class T>
const T* at(const char* image, std::uint64_t offset) {
  return reinterpret_cast<const T*>(image + offset);
}

}  // namespace

std::uint64_t PatchedVdso::random_path() const {
  return code + static_cast<std::uint64_t>(hearsay_vdso_path - hearsay_vdso_begin);
}

PatchedVdso patch_vdso(int memory, std::uint64_t vdso, bool trap_clocks) {
  // The supervisor's own image is the same, for one kernel runs both.
  const auto* image = reinterpret_cast<const char*>(getauxval(AT_SYSINFO_EHDR));  // NOLINT(performance-no-int-to-ptr)
  if (image == nullptr || vdso == 0) return {};
  const auto* header = at<Elf64_Ehdr>(image, 0);
  const auto* sections = at<Elf64_Shdr>(image, header->e_shoff);
  const auto size = static_cast<std::uint64_t>(hearsay_vdso_end - hearsay_vdso_begin);
  const std::uint64_t pages = (header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr) + 4095) & ~std::uint64_t{4095};
  // At the tail of its last page lie section headers, which nothing reads at run time.
  const PatchedVdso patched{vdso + ((pages - size) & ~std::uint64_t{7})};
  if (pwrite(memory, hearsay_vdso_begin, size, static_cast<off_t>(patched.code)) != static_cast<ssize_t>(size))
    return {};
  for (int i = 0; i < header->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM) continue;
    const auto* symbols = at<Elf64_Sym>(image, sections[i].sh_offset);
    const char* names = image + sections[sections[i].sh_link].sh_offset;
    for (std::uint64_t k = 0; k < sections[i].sh_size / sizeof(Elf64_Sym); ++k) {
      const char* to = replacement_of(names + symbols[k].st_name, trap_clocks);
      if (to == nullptr) continue;
      const std::uint64_t from = vdso + symbols[k].st_value;
      std::array<unsigned char, 5> jump{0xe9};
      const auto distance = static_cast<std::int32_t>(
          patched.code + static_cast<std::uint64_t>(to - hearsay_vdso_begin) - (from + jump.size()));
      std::memcpy(jump.data() + 1, &distance, sizeof distance);
      if (pwrite(memory, jump.data(), jump.size(), static_cast<off_t>(from)) < 0) return {};
    }
  }
  return patched;
}

void write_clocks(int memory, const PatchedVdso& vdso, const Clocks& clocks) {
  if (vdso.code == 0) return;
  const std::int64_t wall = clocks.read(CLOCK_REALTIME), monotonic = clocks.read(CLOCK_MONOTONIC);
  const std::array<std::int64_t, 5> cell{wall / second, wall % second, wall % second / 1000, monotonic / second,
                                         monotonic % second};
  [[maybe_unused]] const auto written =
      pwrite(memory, cell.data(), sizeof cell,
             static_cast<off_t>(vdso.code + static_cast<std::uint64_t>(hearsay_cell - hearsay_vdso_begin)));
}

}  // namespace hearsay::maelstrom

/* bcryptprimitives.dll as far as Rust's standard library needs it: Wine 8 has none. Windows does. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
  return SystemFunction036(buffer, (ULONG)length);
}

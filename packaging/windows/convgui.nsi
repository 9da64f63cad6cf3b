; The Windows installer: for one user, so that nobody has to be an administrator. Unattended: setup.exe /S [/D=C:\folder]
; build.py gives VERSION, RELEASE (its three numbers), PAYLOAD (the frozen program), OUTPUT, ICON, LICENCE, KILOBYTES and,
; to sign, SIGN (a command).
; What is installed is listed in Install and taken away in Uninstall, in the same order; a test compares the two.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
ManifestDPIAware true

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\convgui"
!define CLASSES "Software\Classes"
!define DOCUMENT "convgui.document"
!define SHCNE_ASSOCCHANGED 0x08000000

Name "convgui"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\convgui"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
BrandingText "convgui ${VERSION}"
VIProductVersion "${RELEASE}.0"
VIAddVersionKey "ProductName" "convgui"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs convgui"
VIAddVersionKey "CompanyName" "convgui contributors"
VIAddVersionKey "LegalCopyright" "MIT licence"

!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\convgui.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

Function .onInit
  SetRegView 64
FunctionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section "Install"
  ; Nothing of an older version may stay among the files of this one.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\convgui.lnk" "$INSTDIR\convgui.exe"

  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}" "" "convgui document"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}\DefaultIcon" "" "$INSTDIR\convgui.exe,0"
  WriteRegStr HKCU "${CLASSES}\${DOCUMENT}\shell\open\command" "" '"$INSTDIR\convgui.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\.convgui" "" "${DOCUMENT}"
  WriteRegStr HKCU "${CLASSES}\.convgui" "Content Type" "application/x-convgui"
  WriteRegStr HKCU "${CLASSES}\Applications\convgui.exe\shell\open\command" "" '"$INSTDIR\convgui.exe" "%1"'

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "convgui"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\convgui.exe,0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "convgui contributors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i ${SHCNE_ASSOCCHANGED}, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  ; Only what was installed goes: if somebody chose a folder that held other things, those stay.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\convgui.exe"
  Delete "$INSTDIR\convgui-cli.exe"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\sbom.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\convgui.lnk"

  DeleteRegKey HKCU "${CLASSES}\${DOCUMENT}"
  ; The ending may belong to another program by now.
  ReadRegStr $0 HKCU "${CLASSES}\.convgui" ""
  StrCmp $0 "${DOCUMENT}" 0 +2
  DeleteRegKey HKCU "${CLASSES}\.convgui"
  DeleteRegKey HKCU "${CLASSES}\Applications\convgui.exe"

  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  System::Call 'shell32::SHChangeNotify(i ${SHCNE_ASSOCCHANGED}, i 0, p 0, p 0)'
SectionEnd

; The installer for Windows, made of a payload by packaging/artefacts/setup.py:
;     makensis -DVERSION=1.2.3 -DPAYLOAD=folder -DSEPARATOR=/ -DLICENCE=file -DICON=file.ico -DOUT=setup.exe vmgui.nsi
; For one user without a question of rights, or for all: vmgui-1.2.3-setup.exe /S /AllUsers [/D=C:\Programs\vmgui]
; Removal takes away what was installed and nothing else: settings and progress are the user's.

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
Name "vmgui"
OutFile "${OUT}"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\vmgui"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "vmgui"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "UninstallString"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include x64.nsh
!include WinVer.nsh

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "vmgui"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs vmgui"
VIAddVersionKey "LegalCopyright" "GPL-2.0-only"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\vmgui.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString DOCUMENT ${LANG_ENGLISH} "vmgui program"
LangString DOCUMENT ${LANG_SIMPCHINESE} "vmgui 程序"
LangString OPERATIONS ${LANG_ENGLISH} "list of operations for vmgui"
LangString OPERATIONS ${LANG_SIMPCHINESE} "vmgui 操作列表"
LangString TOOOLD ${LANG_ENGLISH} "vmgui needs Windows 10 or later, 64 bits."
LangString TOOOLD ${LANG_SIMPCHINESE} "vmgui 需要 64 位的 Windows 10 或更新版本。"

Function .onInit
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(TOOOLD)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  ; What /D= names, before MultiUser puts its own there.
  StrCpy $R9 $INSTDIR
  !insertmacro MULTIUSER_INIT
  ${If} $R9 != ""
    StrCpy $INSTDIR $R9
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

; Take out what an installation has put into its own folders, by name: nothing of anybody else's is there.
!macro REMOVE_PROGRAM
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\vmgui.exe"
  Delete "$INSTDIR\vmgui-cli.exe"
  Delete "$INSTDIR\vmgui.ico"
  Delete "$INSTDIR\LICENSE.txt"
!macroend

!macro ASSOCIATE EXTENSION CLASS TEXT
  WriteRegStr SHCTX "Software\Classes\${EXTENSION}" "" "${CLASS}"
  WriteRegStr SHCTX "Software\Classes\${CLASS}" "" "${TEXT}"
  WriteRegStr SHCTX "Software\Classes\${CLASS}\DefaultIcon" "" "$INSTDIR\vmgui.ico"
  WriteRegStr SHCTX "Software\Classes\${CLASS}\shell\open\command" "" '"$INSTDIR\vmgui.exe" "%1"'
!macroend

!macro DISSOCIATE EXTENSION CLASS
  ReadRegStr $0 SHCTX "Software\Classes\${EXTENSION}" ""
  StrCmp $0 "${CLASS}" 0 +2
  DeleteRegValue SHCTX "Software\Classes\${EXTENSION}" ""
  DeleteRegKey /ifempty SHCTX "Software\Classes\${EXTENSION}"
  DeleteRegKey SHCTX "Software\Classes\${CLASS}"
!macroend

Section "vmgui"
  ; An earlier version lies in the same folder: no file of it may stay among those of this one.
  !insertmacro REMOVE_PROGRAM
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}${SEPARATOR}*"
  File /oname=vmgui.ico "${ICON}"
  File /oname=LICENSE.txt "${LICENCE}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\vmgui.lnk" "$INSTDIR\vmgui.exe" "" "$INSTDIR\vmgui.ico"
  !insertmacro ASSOCIATE ".vmgui" "vmgui.document" "$(DOCUMENT)"
  !insertmacro ASSOCIATE ".ops" "vmgui.operations" "$(OPERATIONS)"
  WriteRegStr SHCTX "${KEY}" "DisplayName" "vmgui"
  WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\vmgui.ico"
  WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" "$0"
  ; SHCNE_ASSOCCHANGED: icons and openers are read anew.
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section "Uninstall"
  !insertmacro REMOVE_PROGRAM
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\vmgui.lnk"
  !insertmacro DISSOCIATE ".vmgui" "vmgui.document"
  !insertmacro DISSOCIATE ".ops" "vmgui.operations"
  DeleteRegKey SHCTX "${KEY}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

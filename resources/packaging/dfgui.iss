; The installer for Windows, for one user and without administrator rights. From the project's folder, after the build:
;   iscc /DAppVersion=0.1.0 resources\packaging\dfgui.iss        gives dist\dfgui-0.1.0-setup.exe
#ifndef AppVersion
  #error Give the version: iscc /DAppVersion=0.1.0
#endif

[Setup]
AppId={{6C1E0E0B-6B5E-4F63-9C2B-6F1B8C4B7D21}
AppName=dfgui
AppVersion={#AppVersion}
AppVerName=dfgui {#AppVersion}
SourceDir=..\..
OutputDir=dist
OutputBaseFilename=dfgui-{#AppVersion}-setup
DefaultDirName={autopf}\dfgui
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
SetupIconFile=resources\icons\dfgui.ico
UninstallDisplayIcon={app}\dfgui-window.exe
LicenseFile=resources\licences\README.md
ChangesAssociations=yes
CloseApplications=yes
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[InstallDelete]
; Libraries of an older version must not lie among the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "dist\dfgui\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\dfgui"; Filename: "{app}\dfgui-window.exe"; Comment: "Was a face in this video replaced?"
Name: "{autodesktop}\dfgui"; Filename: "{app}\dfgui-window.exe"; Tasks: desktop

[Tasks]
Name: "desktop"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

; "Open with" offers the program; no type is taken from the program that opens it now.
#define Key "Software\Classes\Applications\dfgui-window.exe"

[Registry]
Root: HKA; Subkey: "{#Key}"; Flags: uninsdeletekey
Root: HKA; Subkey: "{#Key}"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "dfgui"
Root: HKA; Subkey: "{#Key}\shell\open\command"; ValueType: string; ValueData: """{app}\dfgui-window.exe"" ""%1"""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".mp4"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".m4v"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".mov"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".mkv"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".avi"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".webm"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".mpg"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".mpeg"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".ts"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".heic"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".heif"; ValueData: ""
Root: HKA; Subkey: "{#Key}\SupportedTypes"; ValueType: string; ValueName: ".avif"; ValueData: ""
; "dfgui" in the Run dialogue and in Explorer's address bar.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\dfgui.exe"; ValueType: string; ValueData: "{app}\dfgui.exe"; Flags: uninsdeletekey

[Run]
Filename: "{app}\dfgui-window.exe"; Description: "{cm:LaunchProgram,dfgui}"; Flags: nowait postinstall skipifsilent

/** A package with pictures, for fitting or for judging. */
export interface Source {
  /** A package of Debian 12. */
  package: string;
  /** The version with these checksums. Another one is fine, too, if it has the same pictures. */
  version: string;
  /** Of these pictures, from its file debian/copyright. */
  licence: string;
  /** A package is in only one half, since pictures of one source are alike. */
  half: Half;
  /** Folder in the package below which the pictures are. */
  root: string;
  /** SHA-256, by path below the root. */
  photographs: Record<string, string>;
  /** Drawings, charts and screenshots. */
  graphics: Record<string, string>;
}

/** Formulas are fitted to one half and judged by the other. */
export type Half = 'fit' | 'judge';

export const SOURCES: readonly Source[] = [
  {
    package: 'lomiri-wallpapers-16.04',
    version: '20.04.0-2',
    licence: 'CC-BY-4.0, CC-BY-SA-4.0, CC0-1.0',
    half: 'fit',
    root: 'usr/share/backgrounds',
    photographs: {
      'Picture_1A_by_freespace.jpg': '89e86af38d04daaef975665dc2127e9fa76f0fd68f4eea105a2d0ae3390b010b',
      'Wine_by_Jakkub_Mede.jpg': 'd2e96e6d4da40dd804b3d0ce295e94de04a2d7d9b6785d42cd9d92ba58bced74',
      'greentock_by_Peter_Nerlich.jpg': 'e7b20e2db9dcd6e2b278ca55873c2110b35d89cd38b04d0b18728726888e6889',
      'seeding_by_Clements_Engelhardt.jpg': 'a5634d1ab5e41a3568e92d4a894a500c92b891f9ff734e50bd224d6e185a605f',
      'aitzgorri_by_Aitzol_Berasategi.jpg': '66268e7b48f8854d36a28765fac6e23ec1aee251daa6da1f64715f201020ad36',
      'Dragonfly_by_Bolly.jpg': 'af5af17841009732def24b09bb1e669a1b09d2b4bdeee7812c371101c30d2bb3',
      'friends_by_Aitzol_Berasategi.jpg': 'cc40e313c74e421edffe3403def413c16878ce14661cce7ec5915baeab35538d',
      'sunset_by_Aitzol_Berasategi.jpg': '474dab6a4b9f94dc76c29dfe30e9f5db4af0fd2e33fe5d695f8152b371efca18',
      'free_by_Peter_Nerlich.jpg': '85a5453c2fed514c75973016f3d862aca62eb7ca087618822469274ac1092373',
      'picosdeeuropa_by_Aitzol_Berasategi.jpg': '414d0072b2f6f2c555deafeaef6e45c4fed6fa9ad26eba6560ca8803959cf97a',
      'umang_by_Abhishek_Mudgal.jpg': 'bfb425545e77e9f0eb1b037b607fc9ed4a446f3b0f04aa2879be3556073c57ef',
      'Picture_0B_by_freespace.jpg': 'c8c0ab18e48d9e0419fe42881112137f3afafc27dfddc29ec3a6d54c56d225ad',
      'life_by_Aitzol_Berasategi.jpg': '4c119350ead80201fe256850c3d316309ddfb4bdf10b235ce982dcde0c667c05',
      'Bridge_by_Sander_Klootwijk.jpg': 'bd86b081f9975e2b83527f71e49b9271a8ab40885428395969d9f7d834d7f050',
    },
    graphics: {},
  },
  {
    package: 'opencv-doc',
    version: '4.6.0+dfsg-12',
    licence: 'Apache-2.0 AND BSD-3-Clause',
    half: 'fit',
    root: 'usr/share/doc/opencv-doc',
    photographs: {
      'examples/text/scenetext05.jpg': '63985ac1a9989a8320605d5be0ec285af0c6304a78cc9cc5de6c2c7c435f7c0b',
      'examples/text/scenetext_segmented_word01.jpg':
        'b1524d1ae02ba1ee07bc32285df1083cceca851a28a2f34db63f7cf1169893b2',
      'examples/text/scenetext_segmented_word02.jpg':
        '1c648c38ebf826968e5daacde0b6845ecfd824420de17a3132096056aa12a6c2',
      'examples/text/scenetext01.jpg': '7f3041a7019ab4d33d2452bc757d8c4f38616bfde71431e12f7ec370d7b2018e',
      'examples/text/scenetext_segmented_word03.jpg':
        '6f60d1b006b81d95dcbae0723c4135dfcfe37b87b472faf056c8a35d910a2a7c',
      'examples/text/scenetext04.jpg': '28e08d142a04f92f96d01ff2674f7804321841cba95bd968980cdc85ef0af6df',
      'examples/text/scenetext_segmented_word04.jpg':
        '43524ab83453638e1f4e1aae64c50ecee898cf687612ffec6937ff7e6fd30a35',
      'examples/text/scenetext02.jpg': 'd4295bff9f348012f91a2cf745753124f85041fe3c3717146c6759c4cd977211',
      'examples/text/scenetext06.jpg': 'e4d64f10bbfb27b2c5980cb048fd0abe20dd74868ba5460298de473ced53b518',
      'examples/data/leuvenA.jpg': 'b2977cdbd9fb3f94dadd6f76cf586d145676deb8a22b5f0f42149d21c058c09f',
      'examples/data/aloeL.jpg': 'cce5736808efe80d9f04b118dbb978c344d4345672b332718c3e039a3eeb8eee',
      'examples/data/board.jpg': '4c9a24ba67138ad5486d550f586cc5dd1161be112f1c1bea336d6c550cdf255f',
      'examples/data/graf1.png': '1504b769303c7bde00fa578eeaad3c68e02aceabeb1242e556f1f8d19e4bdea5',
      'examples/data/building.jpg': '742a1baad62ac82e91e718e77eedf7e85c2eddc4badfb8c87c6cbc86c45a8b07',
      'opencv4/html/230501201_1.jpg': 'fe4ffecdddbd2d319d5d6af1b144fe5eaeb7b845e4835dc9907fd7b9283e5c2f',
      'opencv4/html/studentsSample_parvo.jpg': '32f1fbb63c438b4ac3416527715ee5295b775cc51e24cadb418f31193be123ad',
      'opencv4/html/HDRtoneMapping_memorialSample.jpg':
        'ed74d7dca073fae3538670bc7dd9c335b8289fc40cd01860525e5de5f53eafb7',
      'opencv4/html/retina_TreeHdr_retina.jpg': 'd04d6079c08b817ca87933656b34c4b14dbf63065fbb643137f672919d040924',
    },
    graphics: {
      'examples/data/chessboard.png': '36a04f9701b424550dbff7cf8c4e5cd7a12e68cea45a98774285af7799492254',
      'examples/ximgproc/stanford.png': 'e612ec800bb132d8f875e246a97277a75cfb5fc13c5a09390c455b9f6ebe66fa',
      'opencv4/html/08_overview_all.jpg': '1d00663d107e9dbd15b3f1475a67ff4a14228cf501d32e8ea578daa17e780c0e',
      'opencv4/html/xcode_hello_ios_frameworks_add_dependencies.png':
        '7133bfcb98151942a2180ea60224e2603feb9dd7abb779f85121bc38dfa68d5c',
      'opencv4/html/homography_camera_displacement_poses.jpg':
        'c9eed0981bc12080620e5b18495d1243101e61822cad9c1c077f5d32a9856f77',
      'opencv4/html/StitchingPipeline.jpg': 'fd6da3c3b364c68f7aecf86a551fc5d38f2d83dff6940377e323c4a7e59b4857',
      'opencv4/html/massif_export_gapi.png': 'e665f37d19a799640444e0ef8be547cb002dbce99fdf98beb8d306dc3e595412',
      'opencv4/html/attack_performance.JPG': '4b2888308750114d4087eac6fc310f2715a4cb9b42194c752e451d195d50e10c',
      'opencv4/html/view_did_load.png': '8754dfbf2b1bddd1cbdbbadbc67f3f2f7ca3e0e73b3e6eb4e8548a8972292277',
    },
  },
  {
    package: 'python3-skimage',
    version: '0.19.3-8',
    licence: 'BSD-3-Clause',
    half: 'fit',
    root: 'usr/lib/python3/dist-packages/skimage/data',
    photographs: {
      'coffee.png': 'cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7',
      'astronaut.png': '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
      'motorcycle_left.png': 'db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179',
      'hubble_deep_field.jpg': '3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4',
      'retina.jpg': '38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6',
      'rocket.jpg': 'c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c',
      'chelsea.png': '596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb',
    },
    graphics: {},
  },
  {
    package: 'palapeli-data',
    version: '4:22.12.3-1',
    licence: 'GPL-2+',
    half: 'fit',
    root: 'usr/share/palapeli/collection',
    photographs: {
      'castle-maintenon.jpg': 'f4a6bf48b97d97715413f9ebd2d8744bd46df0e492bc8326e2513d51084f2612',
      'cincinnati-bridge.jpg': '09772d09318b34a5c5edd58ee86ff462bcd2907006f31cc8e0704310f8e9ab60',
      'citrus-fruits.jpg': '0cbd7154a14789803167c86705130d0358875198231269df168ea26224e70848',
      'european-honey-bee.jpg': '9d54ae706bddd899c91b2b801d9ca4556a5a9a399b4043f9d539df62a8cb7f27',
      'panther-chameleon-female.jpg': 'adb9e2834a8a3db40ca3817452b956ada527085e5aa2bd604c465651a3834ae4',
    },
    graphics: {},
  },
  {
    package: 'ukui-wallpapers',
    version: '20.04.3-1.1',
    licence: 'CC-BY-SA-3.0',
    half: 'fit',
    root: 'usr/share/backgrounds',
    photographs: {
      '2004default.jpg': '3a9ce649f4cc97bec5f53eba56b73d4186efa86de0708bf1d85236eeeb875ca8',
      'fluent-color.png': 'd8c185c623cdacf36133a3030ac86d73ef2b54e9aad1c8fab1ccb4d91f297511',
      'goldfish.png': 'a01ef5d91bfe63fd77e91107ebb83fe203b39ad09cfb40488c56d21f50dffe0f',
      'rhythm.jpg': '7ed93d313b3a699b0f97af153aa3af6dcfdedb8dd35b4fba090f16fb82087de0',
      'string.jpg': '73fd26471a45955d256e9318fb24e7ec3a6a922fdc12ec3080c75d2a8da8ab3d',
    },
    graphics: {},
  },
  {
    package: 'lomiri-wallpapers-20.04',
    version: '20.04.0-2',
    licence: 'CC-BY-SA-3.0',
    half: 'fit',
    root: 'usr/share/backgrounds',
    photographs: {
      'Fossa_by_Jasper_Roks.jpg': '4e1f6bfd73f374ac28adbf37d5f9f7ce847dccba71e860f0ff50509316be1f82',
      'Infinite-Sea_by_Aury88.jpg': '9319dfb3651833881339a8d9b769b99efaf474969e6cd58e427eb2524aca8e8a',
      'Kleiber_by_Lukas_Baubkus.jpg': '6572410c09f4492c74ccadde133565a14c0161617d5917d4c820c66d65a44ba7',
    },
    graphics: {},
  },
  {
    package: 'openclipart-png',
    version: '1:0.18+dfsg-19',
    licence: 'public domain',
    half: 'fit',
    root: 'usr/share/openclipart/png',
    photographs: {},
    graphics: {
      'shapes/callouts/cloud.png': '75c7595131beb80bc90f32aa885dd01f7d6c4331b3734c5e0209d8763a1de650',
      'shapes/stars/star_45pt19step.png': '116a90bdc86f87364f2a3a59231843b4f258f60d014aa3df4bffc0cad10a4037',
      'recreation/games/cards/simple/simple_s_3.png':
        '7c74324da7662148deed3979f212633293a660b75a4eb9aa18e95aa9abe5f13c',
      'food/small_plate_bw.png': '6265d9b830d10975e9b2c4c242cece0b5d3f7d8fee54dbb0f217c7bc37e2ef17',
      'computer/icons/lemon-theme/actions/klipper_dock.png':
        '56a9f1a2c577923d4e6663c36db42fa5fe6993ccc015f320f6747170b4c3e861',
      'computer/icons/lemon-theme/apps/kcmsystem.png':
        '18ca632ca4e68754009290beef058812ee3611eab5ea2f76e5b81cd41df1e88d',
      'computer/connectors/usb.png': '902af29845f913f1e1f72f8d4dc3fa91e79e8f939db7bb5bb7f66b17ac37ee58',
      'signs_and_symbols/flags/america/united_states/usa_texas.png':
        'dd5907e7d3d2e134e0cacc200ec711782df48523b43cd4e98e1c028dd6040d3e',
      'animals/mammals/horses/cavallo_architetto_franc_06.png':
        'c459b787ec9cba669a085a981a088b8d7bcf28852ab8430e6dffb279309862c7',
      'people/fitness_architetto_franc_01.png': '45ce1babb56c67ec7207877a000525b49cd212ccbad51e55e556548d7d38af7e',
    },
  },
  {
    package: 'mate-backgrounds',
    version: '1.26.0-1',
    licence: 'GPL-2+',
    half: 'judge',
    root: 'usr/share/backgrounds/mate',
    photographs: {
      'abstract/Elephants_3840x2160.jpg': '019c832a3f30b3b800f8cf893829bba15631113797864d168233e4b7908a8dd0',
      'nature/Garden.jpg': 'd3095ee09d425ef23d27155412136cf14fc3c9af76ca58b452f55e23da324e78',
      'nature/Dune.jpg': '8a67c2cb0be8c46b70c237311a4fa4d2b4ac7d39568135384787801fa5cc9a91',
      'nature/Wood.jpg': '19c78500ac00a622e19907ab9cc7d06d46fe08c4a6142759a84195696150ec07',
      'nature/Aqua.jpg': '5c30118205982da441bf7e6a1ada636a8a0be879408140b3148280c665ed6bce',
      'nature/TwoWings.jpg': '665e5abf8a5399070a91a9a8e455fe071e5b61697ff78fdeda4e9843ef545aeb',
      'nature/Storm.jpg': '77ca53077831d3237f73393a91fc879158abc046d852941c26e90de336356957',
      'nature/GreenMeadow.jpg': '8fa0de0aa4089f7319c9fb7a6d006d4cab6023e8c8853731557cff53567b4832',
      'nature/RainDrops.jpg': '3e4ea9671c28c90a86cf67b3db9daf18c4741587c596333a7529ca589aaa0c16',
      'nature/Blinds.jpg': 'f7aac0dcc2e06d0491643e84df3da1d9db7c4610f58806a880d56e074799f600',
      'nature/FreshFlower.jpg': '972b0a0c4e5e3fa93f4f244fc84bc64b121a5eac3aaa5856f1308c1f38a02f8e',
      'nature/LadyBird.jpg': 'e35a9a4126ef969c90b29c038058c5a575a20eadd84106a37bf1fa9931e7b61d',
      'nature/YellowFlower.jpg': '254da96256acb7add685679775a04d1e4a5bc8cd13e5a5a3d61351ce198a5306',
    },
    graphics: {},
  },
  {
    package: 'plasma-workspace-wallpapers',
    version: '4:5.27.5-2',
    licence: 'GPL-2+',
    half: 'judge',
    root: 'usr/share/wallpapers',
    photographs: {
      'BytheWater/contents/images/2560x1600.jpg': 'c272434ef39f2abf1ed48a15a8910088020f3165329a5092f3940ec9464bc05f',
      'ColdRipple/contents/images/2560x1600.jpg': '05bef6722fc0ed81292cceb3ed026c38d17e510f3c84be7d68610c2b1a723c3f',
      'ColorfulCups/contents/images/2560x1600.jpg': '6e0f3a72feb5a4a9fec191b77e34874c3c69e2d93040deb3f07773e73385023d',
      'DarkestHour/contents/images/2560x1600.jpg': '8e3703fae3a3c217b1fc2b399b706cd3720584268d071ba153e4809daa55f1ce',
      'EveningGlow/contents/images/2560x1600.jpg': '586682dcb362b9f620068f10138f87d0d3649939aef238adc5807cb951976a7a',
      'FallenLeaf/contents/images/2560x1600.jpg': '95603a6560c7e8d50e0e03b3f4adbe39c5258c72528e74e4ecaea1daf4e499de',
      'Grey/contents/images/2560x1600.jpg': '88c31d8944b7e6935d1b9a296654c692f0772cb512491713eb30a972a604c0ed',
      'Kite/contents/images/2560x1600.jpg': 'bdca288ce296a981e80659c021cf707caddc702c0c8d4247e60bd618476d47f8',
      'OneStandsOut/contents/images/2560x1600.jpg': 'cb507baf1dafdcae362264f3aba9483ed4be5f6c9fdd770f0ec0920c6d9e80fd',
      'Path/contents/images/2560x1600.jpg': '7477457d7f17b736259f1b021864778ad4ba802cf3214e6728181ff29126bba8',
      'summer_1am/contents/images/2560x1600.jpg': 'c868b50789591dd42910153c768053f1ba0a98cb36bbfc2b7a96a1045d0477f8',
    },
    graphics: {},
  },
  {
    package: 'lxqt-themes',
    version: '1.2.0-1',
    licence: 'LGPL-2.1+',
    half: 'judge',
    root: 'usr/share/lxqt/wallpapers',
    photographs: {
      'flowers.png': '3a935d8be4d6c9784f9079ff2814acd2de2c8406e9fe584be03e90264f37c371',
      'fog.jpg': 'a8235344ee6b5ab1b6de3ccef731bcc0e6509cf33ce832db87eae1eb75987083',
      'after-the-rain.jpg': 'e6cb8b3e09b904cc493ff17fddcd564d4e46a1761d05adf972c285a1fd878234',
      'Butterfly-Kenneth-Wimer.jpg': 'c237c26f6f0b18db3afa62a0eff13cb8208b79a1ef35aaadcb745d8f9faef146',
      'beam.png': '3d199194b048cb793c0ad558337cda3e16f14cd054168d1d813620e24a0a5659',
      'Valendas.png': 'f2d275c51d116942cea8e7d80d30c7d3c130349a0695caf2aa235f926ae15759',
      'appleflower.png': 'bae8a8eb8274b29509f1cbbfe250081331c5704a1fea25d5052166a0451e67f3',
      'cloud.png': '522dbf79dfaff751cf8ef2f337c9d196a231fa096bc38806a76ce048b8c7b5a2',
      'drop.png': '3b726aea9a6f8af36431c6f1974f982f7f4c5a4443499500bda31be27e4ffde8',
      'this-is-not-windows.jpg': '2d885e0438c0ab244f818d33d8f745a1cc486558462faf9bf3948675c68ac227',
      'butterfly.png': '13175434d99075e075de7321942e66169e3c99ac9416024dcf4123bd3b38749c',
    },
    graphics: {
      'triangles-logo.png': '666bdfcacf1bab99b36f04d36443559477661db3e96fd330b00f15b018820bd4',
      'triangles.png': 'f384dc8bbf5cb18eccf8710c153b1131505afa6b824534d702eaabfc7cba54cc',
      'origami-dark.png': '7cce607e6d3a445ce6427e25d5726bf14b5ad3e8b0e2582c09b3e2e9a9e44c57',
    },
  },
  {
    package: 'gimp-help-en',
    version: '2.10.34-2',
    licence: 'GFDL-NIV-1.2+',
    half: 'judge',
    root: 'usr/share/gimp/2.0/help/en/images',
    photographs: {},
    graphics: {
      'menus/image/color-management/assign-4.png': '98319577d66f082171689c667addd8e1a169ca7f3f1c7939fcf8b534a1abf848',
      'toolbox/gradient-midpoint.png': '27abaeec108807086a74e107af37c7316e7ade9cfd0f36fbbb3ab7f73af4d4ec',
      'filters/render/cmlexplorer1.png': '81098bd36a3bbfbcd7af6ab3fd18164429bc021e35b71789afefce97b6a24825',
      'filters/render/spyrogimp.png': '5c670f6c7e458aad5a08a1f3012fbb759a08dd9573d26598ccdd8e2be052bb0b',
      'filters/light-and-shadow/gflare-options-2.png':
        '578d8e78a5e236527f2b969cb2cddaa7c4df828fb5ae3cd48dab9357288f53a2',
      'preferences/prefs-default-new-image.png': '0621a5aebef56074739f6ad3a1cedc46f3809727a6cf854ce3cb499d539c090e',
      'using/colormanagement-workflow2.png': '2bb37cff8ba16e2a2fd71d1ca05369cd50ecbb90f6fae561b9b68ffb76130b1f',
    },
  },
  {
    package: 'gnome-user-docs',
    version: '43.0-2',
    licence: 'CC-BY-SA-3.0',
    half: 'judge',
    root: 'usr/share/help/C/gnome-help/figures',
    photographs: {},
    graphics: {
      'shell-exit-expanded.png': 'dcd8181ca5a65aefc84d04b2dee1fd7fdae514d3118f7fbc1567ebdce186d160',
      'shell-appmenu-classic.png': '3a5a1ed929b34d8131fbb7f01ae5936e65f295b5db4e8e3c80788a16cdf36a75',
      'shell-exit.png': '73d1a031d97844f4d37fda4398e266c99c3f6b3587b12d9d107710d02c82c5ee',
      'shell-appts.png': '947238d5c4f43cf3fd0a5776e19093c69e83ca6be5afae9bf709a7392d3917de',
    },
  },
  {
    package: 'kigo',
    version: '4:22.12.3-1',
    licence: 'GFDL-1.2+',
    half: 'judge',
    root: 'usr/share/doc/HTML',
    photographs: {},
    graphics: {
      'de/kigo/start-loaded-game.png': 'c6daef17367212cc27c4e54efe158ed146b18649307e6399da7f3c265c0db8cb',
    },
  },
  {
    package: 'kpat',
    version: '4:22.12.3-1',
    licence: 'GFDL-1.2+',
    half: 'judge',
    root: 'usr/share/doc/HTML',
    photographs: {},
    graphics: {
      'en/kpat/playfield.png': '6aa623fea67656e6527c5668b328cabfd73e64c4a7f1083b77a638b86fdbcf51',
    },
  },
];
